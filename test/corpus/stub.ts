import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands in for the systems that plugins talk to. */
export interface Stub {
  url: string;
  stop(): void;
}

/** What the catalog has, by whatever name it is asked for. @param url - where its source is */
const createEntity = (url: string) => ({
  apiVersion: 'backstage.io/v1alpha1',
  kind: 'Component',
  metadata: {
    uid: '6f4b0a0e-52a1-4a5e-8f0f-0d6a5a4f1a11',
    namespace: 'default',
    name: 'none',
    annotations: {
      'backstage.io/code-coverage': 'enabled',
      'backstage.io/source-location': `url:${url}/acme/portal/`,
      'backstage.io/kubernetes-id': 'none',
      'jenkins.io/job-full-name': 'acme/portal',
    },
  },
  spec: { type: 'service', lifecycle: 'production', owner: 'guests' },
  relations: [{ type: 'ownedBy', targetRef: 'group:default/guests' }],
});

/** Starts a server that answers everything with an empty list, and as a catalog with an entity. */
export async function startStub(): Promise<Stub> {
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    const answer = request.url?.startsWith('/api/catalog/entities/by-name/')
      ? createEntity(`http://${request.headers.host}`)
      : { url: request.url, items: [], values: [] };
    response.end(JSON.stringify(answer));
  }).listen(0, 'localhost');
  await once(server, 'listening');
  return {
    url: `http://localhost:${(server.address() as AddressInfo).port}`,
    stop() {
      server.closeAllConnections();
      server.close();
    },
  };
}
