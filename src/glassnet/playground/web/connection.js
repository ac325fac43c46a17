// The line to the server: one WebSocket, JSON both ways, binary messages with arrays.

const GREETING_TIMEOUT = 250; // milliseconds between attempts to connect again, growing
const FREED = 4000; // the code with which the server closes a session that stood idle
const ARRAYS = { float32: Float32Array, uint8: Uint8Array, int32: Int32Array };

/**
 * Decodes a binary message: a length, a JSON header, arrays at the offsets that the header names.
 *
 * @param {ArrayBuffer} buffer
 * @returns {Object} The header's fields, and each array by its name, with its `shape`.
 */
export function decode(buffer) {
  const length = new DataView(buffer).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length)));
  const { arrays = {}, ...message } = header;
  for (const [name, { dtype, shape, offset }] of Object.entries(arrays)) {
    const size = shape.reduce((product, length) => product * length, 1);
    message[name] = Object.assign(new ARRAYS[dtype](buffer, offset, size), { shape });
  }
  return message;
}

/** A connection that opens again when it breaks, and gives every request its answer. */
export class Connection {
  /**
   * @param {string} url
   * @param {{opened: function(): void, closed: function(): void, message: function(Object): void}} listener
   *   `message` gets what comes without having been asked for: text and binary alike, decoded.
   */
  constructor(url, listener) {
    this.url = url;
    this.listener = listener;
    this.waiting = new Map();
    this.next = 1;
    this.pause = GREETING_TIMEOUT;
    this.open();
  }

  open() {
    this.socket = new WebSocket(this.url);
    this.socket.binaryType = "arraybuffer";
    this.socket.addEventListener("open", () => {
      this.pause = GREETING_TIMEOUT;
      this.listener.opened();
    });
    this.socket.addEventListener("message", (event) => this.received(event.data));
    this.socket.addEventListener("close", (event) => this.lost(event.code));
  }

  received(data) {
    const message = typeof data === "string" ? JSON.parse(data) : decode(data);
    const asked = message.type === "answer" ? this.waiting.get(message.id) : undefined;
    if (!asked) {
      this.listener.message(message);
      return;
    }
    this.waiting.delete(message.id);
    if (message.ok) asked.resolve(message);
    else asked.reject(Object.assign(new Error(message.error), { where: message.where ?? null }));
  }

  lost(code) {
    for (const { reject } of this.waiting.values()) reject(new Error("disconnected"));
    this.waiting.clear();
    this.listener.closed();
    if (code === FREED) return; // the server has taken leave: whoever comes back opens anew
    setTimeout(() => this.open(), this.pause);
    this.pause = Math.min(2 * this.pause, 5000);
  }

  /** Sends a message without waiting for an answer. */
  send(type, fields = {}) {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify({ type, ...fields }));
  }

  /** Sends a message; the promise gets the answer, or fails with the server's words. */
  request(type, fields = {}) {
    if (this.socket.readyState !== WebSocket.OPEN) return Promise.reject(new Error("disconnected"));
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.socket.send(JSON.stringify({ type, id, ...fields }));
    });
  }
}
