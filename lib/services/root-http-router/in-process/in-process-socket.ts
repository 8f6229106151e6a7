import { AsyncResource } from 'node:async_hooks';
import { Socket, type SocketConstructorOpts } from 'node:net';

type Callback = (error?: Error | null) => void;

/**
 * One end of a connection within this process. Behaves as the socket of a connection over the network:
 * what one end writes the other reads later, in an async context of its own, and no faster than it can.
 */
export class InProcessSocket extends Socket {
  /** As sockets of TLS have it; express calls the request secure then. */
  readonly encrypted: boolean;
  /** Restarts the time until `timeout`. Of node, for its own kinds of sockets. */
  declare _unrefTimer: () => void;
  readonly #scope = new AsyncResource('InProcessSocket');
  #peer!: InProcessSocket;
  #hasEnded = false;
  /** Completes the last write of the peer, which waits until this end has room for more. */
  #onRoom?: Callback;

  /**
   * Both ends of a new connection.
   *
   * @param address - the IP address of both
   * @param encrypted - whether they pass for a connection with TLS, which needs none within a process
   */
  static pair(
    address: string,
    { encrypted }: { encrypted: boolean },
  ): { client: InProcessSocket; server: InProcessSocket } {
    const client = new InProcessSocket(address, encrypted);
    // As servers of HTTP accept connections: an answer may follow the end of the request.
    const server = new InProcessSocket(address, encrypted, { allowHalfOpen: true });
    client.#peer = server;
    server.#peer = client;
    return { client, server };
  }

  private constructor(address: string, encrypted: boolean, options?: SocketConstructorOpts) {
    super(options);
    Object.defineProperties(this, {
      remoteAddress: { value: address },
      localAddress: { value: address },
    });
    this.encrypted = encrypted;
  }

  override ref(): this {
    return this;
  }

  override unref(): this {
    return this;
  }

  override _read(): void {
    const onRoom = this.#onRoom;
    this.#onRoom = undefined;
    onRoom?.();
  }

  override _write(chunk: Buffer | string, encoding: BufferEncoding, callback: Callback): void {
    // Copied, because writers may use their buffers again.
    this.#send(Buffer.from(chunk as string, encoding), callback);
  }

  override _writev(
    chunks: Array<{ chunk: Buffer | string; encoding: BufferEncoding }>,
    callback: Callback,
  ): void {
    const buffers = chunks.map(({ chunk, encoding }) =>
      typeof chunk === 'string' ? Buffer.from(chunk, encoding) : chunk,
    );
    this.#send(Buffer.concat(buffers), callback);
  }

  override _final(callback: Callback): void {
    this.#deliver(peer => peer.#receiveEnd());
    callback();
  }

  override _destroy(error: Error | null, callback: Callback): void {
    super._destroy(error, callback);
    this.#onRoom?.(brokenPipe());
    this.#onRoom = undefined;
    this.#deliver(peer => peer.#receiveEnd());
  }

  #send(bytes: Buffer, callback: Callback): void {
    this._unrefTimer();
    this.#deliver(peer => peer.#receive(bytes, callback));
  }

  /** By way of the event loop, which goes on to serve others between two steps of a call. */
  #deliver(action: (peer: InProcessSocket) => void): void {
    const peer = this.#peer;
    setImmediate(() => peer.#scope.runInAsyncScope(action, undefined, peer));
  }

  #receive(bytes: Buffer, callback: Callback): void {
    const done: Callback = error => this.#peer.#scope.runInAsyncScope(callback, undefined, error);
    if (this.destroyed) {
      done(brokenPipe());
      return;
    }
    this._unrefTimer();
    if (this.push(bytes)) {
      done();
    } else {
      this.#onRoom = done;
    }
  }

  #receiveEnd(): void {
    if (this.#hasEnded || this.destroyed) {
      return;
    }
    this.#hasEnded = true;
    this.push(null);
    this.read(0);
  }
}

function brokenPipe(): Error {
  return Object.assign(new Error('write EPIPE'), { code: 'EPIPE', syscall: 'write' });
}
