// The page around a replayed page: waits for the worker, then shows the page in the frame.

const [, name, time] = location.pathname.split("/");
const frame = document.querySelector("iframe");

async function show() {
  if (!navigator.serviceWorker) {
    throw new Error("this browser replays only from 127.0.0.1 or localhost, or over TLS");
  }
  await navigator.serviceWorker.register("/-/worker.js", { scope: "/" });
  await navigator.serviceWorker.ready;
  frame.src = location.href.replace(`/${name}/${time}/`, `/${name}/${time}mp_/`);
}

// A link leads to the same time; the page in the frame could not leave it by itself.
frame.addEventListener("load", () => {
  frame.contentDocument.addEventListener("click", (event) => {
    const link = event.target.closest("a[href]");
    if (!link || link.getAttribute("href").startsWith("#")) return;
    event.preventDefault();
    const page = frame.contentWindow.location;
    const within = `/${name}/${time}mp_/`;
    const to = new URL(link.href);
    if (!to.protocol.startsWith("http")) return;
    let address = to.href;
    if (to.origin === location.origin) {
      const here = to.pathname + to.search;
      const base = page.href.slice(page.origin.length + within.length).replace(/^urn:\w+:/, "");
      address = here.startsWith(within) ? here.slice(within.length) : new URL(here, base).href;
    }
    location.href = `/${name}/${time}/${address}`;
  });
});

show().catch((error) => {
  document.querySelector("p").textContent = `The page cannot be replayed: ${error.message}`;
});
