import express from 'express';
import { once } from 'node:events';
import type { AddressInfo, Server } from 'node:net';

type StoredEvent = { topic: string; payload: unknown };

/** The HTTP interface of the events backend, for the subscriptions of one process. */
export class FakeEventsBackend {
  /** When set, all requests are answered with it. */
  failWith?: number;
  readonly requests: string[] = [];
  readonly published: Array<{ event: StoredEvent; notifiedSubscribers: string[] }> = [];
  readonly subscriptions = new Map<string, { topics: string[]; events: StoredEvent[] }>();
  readonly #waiting = new Set<express.Response>();
  #server!: Server;

  async start(): Promise<void> {
    const app = express();
    app.use((request, response, next) => {
      this.requests.push(`${request.method} ${request.path}`);
      if (request.headers.authorization !== 'Bearer events-token') response.status(401).end();
      else if (this.failWith) response.status(this.failWith).json({ error: {} });
      else next();
    });
    app.put('/bus/v1/subscriptions/:id', express.json(), (request, response) => {
      const { topics } = request.body;
      this.subscriptions.set(request.params.id, { topics, events: [] });
      response.status(201).end();
    });
    app.post('/bus/v1/events', express.json(), (request, response) => {
      this.published.push(request.body);
      response.status(201).json({ eventId: '1' });
    });
    app.get('/bus/v1/subscriptions/:id/events', (request, response) => {
      const subscription = this.subscriptions.get(request.params.id);
      if (!subscription) {
        response.status(404).end();
      } else if (subscription.events.length > 0) {
        response.json({ events: subscription.events.splice(0) });
      } else {
        response.status(202).set('backstage-events-notify-timeout', '60000').flushHeaders();
        this.#waiting.add(response);
      }
    });
    this.#server = app.listen(0, '127.0.0.1') as unknown as Server;
    await once(this.#server, 'listening');
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** An event that another process published. */
  send(topic: string, payload: unknown): void {
    for (const subscription of this.subscriptions.values()) {
      if (subscription.topics.includes(topic)) subscription.events.push({ topic, payload });
    }
    this.endWaiting();
  }

  endWaiting(): void {
    for (const response of this.#waiting) response.end();
    this.#waiting.clear();
  }

  async stop(): Promise<void> {
    this.endWaiting();
    this.#server.close();
    (this.#server as unknown as import('node:http').Server).closeAllConnections();
  }
}
