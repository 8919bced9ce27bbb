"""Schools, the people who work there and sign in, their roles, and who may use a page.

Case access is decided in `cases`; here is only what a role allows at a school.
"""
