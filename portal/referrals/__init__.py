"""Telling others: referrals, reports and advice outside the school, answers, and chasing."""
