// Loads every comfort. The pages work without any of it.
import { initAll } from "../vendor/govuk-frontend/govuk-frontend.min.js";
import { startAutosave } from "./autosave.js";
import { startFilter } from "./filter.js";
import { startHide } from "./hide.js";
import { startOutcome } from "./outcome.js";
import { startPasskey } from "./passkey.js";
import { startPrint } from "./print.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
for (const part of document.querySelectorAll("[data-needs-js]")) part.hidden = false;

initAll();
startAutosave();
startFilter();
startHide();
startOutcome();
startPasskey();
startPrint();
