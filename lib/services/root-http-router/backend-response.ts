import { ServerResponse } from 'node:http';
import type { RequestHandler, Response } from 'express';

/** Bodies of fewer bytes are not compressed. */
const COMPRESSION_THRESHOLD = 1024;

type Methods = Pick<ServerResponse, 'write' | 'end' | 'writeHead'>;

const NATIVE: Methods = pickMethods(ServerResponse.prototype);

/**
 * A response that can wait with compression until its body begins. Most bodies are small and come in
 * one piece: those get the headers that the compression library gives them, and never meet it.
 *
 * Its methods are properties of each response because express replaces the prototype.
 */
export class BackendResponse extends ServerResponse {
  #methods = NATIVE;
  /** The compression library, until it is known whether this response needs it. */
  #compress?: RequestHandler = undefined;
  #isCompressible?: (res: BackendResponse) => boolean = undefined;
  #isSmall = false;

  /** Part of what compression promises to handlers. */
  flush?: () => void = undefined;
  override write: any = BackendResponse.#write;
  override end: any = BackendResponse.#end;
  override writeHead: any = BackendResponse.#writeHead;

  /**
   * @param compress - the compression library
   * @param isCompressible - by the headers of a response, whatever its size
   * @returns whether the response can; false when it is not one of ours or compression is on already
   */
  static compressLate(
    res: object,
    compress: RequestHandler,
    isCompressible: (res: BackendResponse) => boolean,
  ): boolean {
    if (!(#compress in res) || res.#isCompressible) {
      return false;
    }
    res.#compress = compress;
    res.#isCompressible = isCompressible;
    res.flush = noop;
    return true;
  }

  static #write(this: BackendResponse, ...args: any[]) {
    this.#startCompression();
    return this.#methods.write.apply(this, args as never);
  }

  static #end(this: BackendResponse, ...args: any[]) {
    if (this.#compress) {
      if (isSmall(this, args[0], args[1])) {
        this.#compress = undefined;
        this.#isSmall = true;
        // Before the body, as the library does: without a length it is then sent in chunks.
        this.writeHead(this.statusCode);
      } else {
        this.#startCompression();
      }
    }
    return this.#methods.end.apply(this, args as never);
  }

  static #writeHead(this: BackendResponse, ...args: any[]) {
    if (this.#isSmall) {
      this.#isSmall = false;
      if (this.#isCompressible!(this)) {
        (this as unknown as Response).vary('Accept-Encoding');
      }
    } else {
      this.#startCompression();
    }
    return this.#methods.writeHead.apply(this, args as never);
  }

  /** Puts the library below whatever has wrapped the methods of the response by now. */
  #startCompression(): void {
    const compress = this.#compress;
    this.#compress = undefined;
    if (!compress || this.destroyed) {
      return;
    }
    const outer = pickMethods(this);
    const drainListeners = this.rawListeners('drain') as Array<() => void>;
    this.removeAllListeners('drain');
    Object.assign(this, NATIVE);

    compress(this.req as never, this as never, noop);

    this.#methods = pickMethods(this);
    Object.assign(this, outer);
    drainListeners.forEach(listener => this.on('drain', listener));
  }
}

function noop() {}

function pickMethods({ write, end, writeHead }: Methods): Methods {
  return { write, end, writeHead };
}

/** Whether a body that comes in one piece is too small to be compressed. */
function isSmall(res: ServerResponse, chunk: unknown, encoding: unknown): boolean {
  if (res.hasHeader('Cache-Control')) {
    // It may forbid to change the body, which the library knows to read.
    return false;
  }
  const declared = res.getHeader('Content-Length');
  return (declared ? Number(declared) : bytesOf(chunk, encoding)) < COMPRESSION_THRESHOLD;
}

function bytesOf(chunk: unknown, encoding: unknown): number {
  if (typeof chunk === 'string') {
    return Buffer.byteLength(chunk, typeof encoding === 'string' ? (encoding as 'utf8') : 'utf8');
  }
  return chunk instanceof Uint8Array ? chunk.byteLength : 0;
}
