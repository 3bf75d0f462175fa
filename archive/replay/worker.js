// The service worker of the replay: gives every request of a replayed page to the archive.
//
// A page is shown in a frame, at /NAME/TIMEmp_/ADDRESS. Only this worker answers such an
// address, with the capture at /NAME/TIMEid_/ADDRESS, byte for byte. Whatever the page then asks
// for, on its own host or on another, is looked up at the same time. Nothing is passed on to the
// live web: what the archive has not, the page does not get.

const PLACE = /^\/([^/]+)\/(\d{14})(?:id_|mp_)?\/(.+)$/;

// What a worker never sees, sockets above all, is forbidden to the page. Frames stay here.
const POLICY = [
  "default-src http: https: data: blob: 'unsafe-inline' 'unsafe-eval'",
  "connect-src http: https:",
  "frame-src 'self'",
  "object-src 'none'",
  "form-action 'none'",
  "worker-src 'none'",
  "webrtc 'block'",
].join("; ");

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  const ours = url.origin === self.location.origin;
  // The page around the frame and its script are the server's.
  if (event.request.destination === "document" || (ours && url.pathname.startsWith("/-/"))) return;
  event.respondWith(answer(event, url, ours));
});

function place(address) {
  const url = new URL(address);
  const found = url.origin === self.location.origin && PLACE.exec(url.pathname + url.search);
  // The page of a rendition stands at its document's address.
  return found && { name: found[1], time: found[2], address: found[3] };
}

async function answer(event, url, ours) {
  const request = event.request;
  let wanted = ours && place(url);
  if (!wanted) {
    const client = event.clientId && (await self.clients.get(event.clientId));
    const page = place(client ? client.url : request.referrer || self.location);
    if (!page) return nothing();
    const base = page.address.replace(/^urn:\w+:/, "");
    const address = ours ? new URL(url.pathname + url.search, base) : url;
    wanted = { ...page, address: address.href };
  }
  if (request.method !== "GET" && request.method !== "HEAD") return nothing();
  const frame = request.mode === "navigate";
  if (!frame) wanted.address = wanted.address.replace(/^urn:\w+:/, "");
  const path = (how, what) => `/${what.name}/${what.time}${how}/${what.address}`;
  const got = await fetch(path("id_", wanted), { method: request.method, credentials: "omit" });
  const where = place(got.url);
  if (frame && where && where.address !== wanted.address) {
    // Led on to another address: what the page says is relative to that.
    return Response.redirect(path("mp_", where), 302);
  }
  const headers = new Headers(got.headers);
  for (const undone of ["content-encoding", "content-length"]) headers.delete(undone);
  headers.set("content-security-policy", POLICY);
  const bare = [204, 205, 304].includes(got.status) ? null : got.body;
  return new Response(bare, { status: got.status, statusText: got.statusText, headers });
}

function nothing() {
  return new Response("not in the archive", { status: 404, statusText: "Not Found" });
}
