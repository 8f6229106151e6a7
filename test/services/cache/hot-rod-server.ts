import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** Operations of Hot Rod; an answer has the number after. */
const PUT = 0x01;
const GET = 0x03;
const REMOVE = 0x0b;
const CLEAR = 0x13;
const PING = 0x17;

const SUCCESS = 0x00;
const NOT_FOUND = 0x02;

/** Milliseconds of the units of a lifespan: s, ms, ns, μs, m, h, d; the others mean for ever. */
const UNITS = [1_000, 1, 1e-6, 1e-3, 60_000, 3_600_000, 86_400_000];

interface Entry {
  value: Buffer;
  expiresAt: number;
}

/** As much of Infinispan's protocol, version 2.9, as its client needs for a cache of texts. */
export class HotRodServer {
  readonly caches = new Map<string, Map<string, Entry>>();
  readonly #sockets = new Set<Socket>();
  #server!: Server;
  #port = 0;

  async start(): Promise<number> {
    this.#server = createServer(socket => this.#serve(socket)).listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
    return this.#port;
  }

  async stop(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, 'close');
    this.#server.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #serve(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('error', () => {});
    let received = Buffer.alloc(0);
    socket.on('data', chunk => {
      received = Buffer.concat([received, chunk]);
      for (;;) {
        const reader = new Reader(received);
        try {
          socket.write(this.#answer(reader));
        } catch (error) {
          if (error instanceof RangeError) return; // the rest is still to come
          throw error;
        }
        received = received.subarray(reader.position);
      }
    });
  }

  #answer(reader: Reader): Buffer {
    if (reader.byte() !== 0xa0) throw new Error('not a request of Hot Rod');
    const id = reader.number();
    const version = reader.byte();
    const operation = reader.byte();
    const cache = this.#cache(reader.bytes().toString());
    reader.number(); // flags
    reader.byte(); // intelligence of the client
    reader.number(); // topology
    if (version !== 29) throw new Error(`version ${version} is not spoken here`);
    for (let i = 0; i < 2; i += 1) {
      if (reader.byte() === 1) {
        reader.number(); // a predefined media type
        reader.number(); // its parameters, of which there are none
      }
    }
    const [status, body] = this.#run(operation, cache, reader);
    return Buffer.concat([
      Buffer.from([0xa1]),
      encodeNumber(id),
      Buffer.from([operation + 1, status, 0]),
      body,
    ]);
  }

  #run(operation: number, cache: Map<string, Entry>, reader: Reader): [number, Buffer] {
    const nothing = Buffer.alloc(0);
    switch (operation) {
      case PING:
        return [SUCCESS, Buffer.from([0, 0])];
      case CLEAR:
        cache.clear();
        return [SUCCESS, nothing];
      case PUT: {
        const key = reader.bytes().toString();
        const units = reader.byte();
        const unit = UNITS[units >> 4];
        const lifespan = unit === undefined ? Infinity : reader.number() * unit;
        if ((units & 15) < UNITS.length) reader.number(); // idle time
        cache.set(key, { value: reader.bytes(), expiresAt: Date.now() + lifespan });
        return [SUCCESS, nothing];
      }
      case GET: {
        const entry = cache.get(reader.bytes().toString());
        return entry && entry.expiresAt > Date.now()
          ? [SUCCESS, Buffer.concat([encodeNumber(entry.value.length), entry.value])]
          : [NOT_FOUND, nothing];
      }
      case REMOVE:
        return [cache.delete(reader.bytes().toString()) ? SUCCESS : NOT_FOUND, nothing];
      default:
        throw new Error(`operation ${operation} is not known here`);
    }
  }

  #cache(name: string): Map<string, Entry> {
    const cache = this.caches.get(name) ?? new Map<string, Entry>();
    this.caches.set(name, cache);
    return cache;
  }
}

/** @throws RangeError at the end */
class Reader {
  position = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  byte(): number {
    const byte = this.#bytes.readUInt8(this.position);
    this.position += 1;
    return byte;
  }

  /** Seven bits a byte, the lowest first. */
  number(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte();
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
  }

  bytes(): Buffer {
    const length = this.number();
    if (this.position + length > this.#bytes.length) throw new RangeError('not all is there');
    this.position += length;
    return Buffer.from(this.#bytes.subarray(this.position - length, this.position));
  }
}

function encodeNumber(number: number): Buffer {
  const bytes: number[] = [];
  let rest = number;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}
