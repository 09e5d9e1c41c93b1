// "Like" without leaving the page, as such sites do it: a refusal must reach the member in words, not as a dead button.
for (const form of document.querySelectorAll("form.like")) {
  const note = document.querySelector("#like-note");
  const button = form.querySelector("button");
  const say = (text) => { note.textContent = text; note.hidden = !text; };
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    try {
      const answer = await fetch(form.action, { method: "POST", headers: { accept: "application/json" } });
      if (answer.ok) {
        form.querySelector(".count").textContent = (await answer.json()).likes;
        say("");
      } else {
        const problem = (answer.headers.get("content-type") ?? "").startsWith("application/problem+json") ? await answer.json() : {};
        say(problem.detail ?? "Your like was not saved. Please try again later.");
      }
    } catch {
      say("The site cannot be reached. Your like was not saved.");
    }
    button.disabled = false;
  });
}
