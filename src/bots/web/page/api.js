/** Talks to the server. A refusal has a sentence for the person; anything else is worth another try. */

export class Refused extends Error {
  constructor(status, sentence) {
    super(sentence);
    this.name = 'Refused';
    this.status = status;
  }
}

/** The answer never came, or the server is not up to it now. What was sent may have arrived. */
export class Unanswered extends Error {}

let visitor = null;

/** Each tab speaks as one of the browser's visitors. */
export function speakAs(id) {
  visitor = id;
}

/** A new one for each thing done once: sending it again changes nothing. */
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export function get(path) {
  return call('GET', path);
}

export function post(path, body) {
  return call('POST', path, JSON.stringify(body), 'application/json');
}

export function patch(path, body) {
  return call('PATCH', path, JSON.stringify(body), 'application/json');
}

export function remove(path) {
  return call('DELETE', path);
}

export function upload(file) {
  return call('POST', '/files', file, 'application/octet-stream');
}

async function call(method, path, body, type) {
  const headers = {};
  if (type !== undefined) headers['Content-Type'] = type;
  if (visitor !== null) headers['X-Visitor'] = visitor;
  let response;
  try {
    response = await fetch(`/api${path}`, { method, headers, body, signal: AbortSignal.timeout(30_000) });
  } catch (error) {
    throw new Unanswered('The server does not answer.', { cause: error });
  }
  const answer = await response.json().catch(() => null);
  if (response.ok && answer !== null) return answer;
  if (response.status < 500 && typeof answer?.error === 'string') throw new Refused(response.status, answer.error);
  throw new Unanswered(answer?.error ?? 'The server does not answer.');
}

/** Repeats until there is an answer, slower and slower: only for what carries an id of its own. */
export async function insist(attempt, onWaiting = () => {}) {
  for (let delayMs = 500; ; delayMs = Math.min(delayMs * 1.6, 8000)) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Unanswered)) throw error;
      onWaiting();
      await new Promise((resolve) => setTimeout(resolve, delayMs * (0.7 + Math.random() * 0.6)));
    }
  }
}
