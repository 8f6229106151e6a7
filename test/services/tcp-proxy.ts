import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** A way to a server that can be cut and held up. */
export class TcpProxy {
  readonly #target: URL;
  readonly #sockets = new Set<Socket>();
  #server!: Server;
  #frozen = false;
  /** How often something was not passed on. */
  lost = 0;
  #port = 0;

  private constructor(target: URL) {
    this.#target = target;
  }

  static async start(target: string): Promise<TcpProxy> {
    const proxy = new TcpProxy(new URL(target));
    await proxy.restore();
    return proxy;
  }

  /** The address of the target with the host and port of the proxy. */
  get url(): string {
    const url = new URL(this.#target);
    url.hostname = '127.0.0.1';
    url.port = String(this.#port);
    return url.href;
  }

  /** Passes on nothing, and leaves connections open. */
  freeze(frozen: boolean): void {
    this.#frozen = frozen;
  }

  /** Ends all connections and refuses new ones. */
  async cut(): Promise<void> {
    const closed = new Promise(resolve => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
    await closed;
  }

  async restore(): Promise<void> {
    this.#server = createServer(client => this.#forward(client));
    await new Promise<void>(resolve => this.#server.listen(this.#port, '127.0.0.1', resolve));
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  #forward(client: Socket): void {
    const upstream = connect(Number(this.#target.port), this.#target.hostname);
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ]) {
      this.#sockets.add(from);
      from.on('data', data => {
        if (this.#frozen) this.lost += 1;
        else to.write(data);
      });
      from.on('close', () => to.destroy());
      from.on('error', () => {});
    }
  }
}
