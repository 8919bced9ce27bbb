// Shows a checklist's outcome while it is being answered. The server decides; this only looks ahead.
//   <div class="portal-question" data-question="coercion" data-number="1">  an answer, yes/no/not_known
//   <div data-outcome>                                                     the panel
//     <section data-case data-any="yes" data-of="coercion extreme">         shown if it is the first that holds
//     <section data-case>                                                   …and this otherwise
//     <section data-also data-any="yes" data-of="at_risk">                  shown whenever it holds
//     <span data-because>, <span data-unknown>                              the questions; the count not known

export function startOutcome() {
  const panel = document.querySelector("[data-outcome]");
  const questions = [...document.querySelectorAll("[data-question]")];
  if (!panel || !questions.length) return;
  const show = () => update(panel, questions);
  for (const question of questions) question.addEventListener("change", show);
  show();
}

function update(panel, questions) {
  const answers = new Map(questions.map((question) => [question.dataset.question, answerOf(question)]));
  let open = true;
  for (const part of panel.querySelectorAll("[data-case]")) {
    const hit = open && holds(part, answers);
    reveal(part, hit);
    if (hit) open = false;
  }
  for (const part of panel.querySelectorAll("[data-also]")) reveal(part, holds(part, answers));
  for (const place of panel.querySelectorAll("[data-because]")) say(place, because(place, questions, answers));
  const unknown = [...answers.values()].filter((answer) => answer === "not_known").length;
  for (const place of panel.querySelectorAll("[data-unknown]")) say(place, String(unknown));
}

function answerOf(question) {
  const chosen = question.querySelector('input[type="radio"]:checked');
  return chosen ? chosen.value : "not_known";
}

function hits(part, answers) {
  return (part.dataset.of || "").split(" ").filter((name) => answers.get(name) === part.dataset.any);
}

function holds(part, answers) {
  return part.dataset.any === undefined || hits(part, answers).length > 0;
}

// “question 4”, “questions 1 and 4”
function because(place, questions, answers) {
  const part = place.closest("[data-case], [data-also]");
  const names = new Set(hits(part, answers));
  const numbers = questions.filter((q) => names.has(q.dataset.question)).map((q) => q.dataset.number || "");
  const last = numbers.pop();
  if (last === undefined) return "";
  return numbers.length ? `questions ${numbers.join(", ")} and ${last}` : `question ${last}`;
}

function reveal(part, shown) {
  if (part.hidden === shown) part.hidden = !shown;
}

function say(place, words) {
  if (place.textContent !== words) place.textContent = words;
}
