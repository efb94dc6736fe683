// @ts-check
// Talks to the server that this page came from, and to nothing else.

/** What went wrong, in words a person can act on. */
const offline = "The workspace does not answer. Check that the demo is still running, then try again.";

/**
 * Asks for JSON.
 * @param {string} path
 * @param {Record<string, string>} query
 */
export async function get(path, query) {
  const answer = await reach(`${path}?${new URLSearchParams(query)}`, {});
  if (!answer.ok) throw new Error((await words(answer)) || offline);
  return answer.json();
}

/**
 * Sends JSON. The answer's own `ok`, `error` and `errors` are for the caller.
 * @param {string} path
 * @param {object} body
 * @returns {Promise<any>}
 */
export async function post(path, body) {
  const answer = await reach(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const text = await answer.text();
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(answer.ok ? offline : text.slice(0, 300) || offline);
  }
}

/** @param {string} url @param {RequestInit} init */
async function reach(url, init) {
  try {
    return await fetch(url, init);
  } catch {
    throw new Error(offline);
  }
}

/** @param {Response} answer */
async function words(answer) {
  const text = await answer.text();
  try {
    return String(JSON.parse(text).error ?? "");
  } catch {
    return text.slice(0, 300);
  }
}

/**
 * Listens to the server until stopped. A lost connection is tried again, slower each
 * time up to ten seconds; after `opened` nothing more is missed.
 * @param {string} as
 * @param {{heard: (event: any) => void, opened: () => void, lost: () => void}} on
 * @returns {() => void} stops listening
 */
export function listen(as, on) {
  let wait = 500;
  let stopped = false;
  /** @type {EventSource|undefined} */
  let source;
  let timer = 0;
  const open = () => {
    source = new EventSource(`/ui/events?${new URLSearchParams({ as })}`);
    source.onopen = () => {
      wait = 500;
      on.opened();
    };
    source.onmessage = (event) => on.heard(JSON.parse(event.data));
    source.onerror = () => {
      source?.close();
      if (stopped) return;
      on.lost();
      timer = window.setTimeout(open, wait);
      wait = Math.min(wait * 2, 10_000);
    };
  };
  open();
  return () => {
    stopped = true;
    window.clearTimeout(timer);
    source?.close();
  };
}
