import { createServer, request } from 'node:http';
import { Deployment } from './deployment';
import { freePort } from './free-port';

/**
 * `npx tsx test/services/scale/run.ts`: three replicas and a second deployment, behind one address that
 * takes each request to the next replica that is ready. Ctrl-C ends it all.
 */
async function main() {
  const deployment = await Deployment.start();
  const balancer = createServer((incoming, outgoing) => {
    const target = new URL(incoming.url!, deployment.nextUrl());
    const { method, headers } = incoming;
    incoming.pipe(
      request(target, { method, headers }, answer => {
        outgoing.writeHead(answer.statusCode!, { ...answer.headers, 'x-replica': target.port });
        answer.pipe(outgoing);
      }).on('error', error => outgoing.writeHead(502).end(`${error}\n`)),
    );
  });
  const port = await freePort();
  balancer.listen(port, '127.0.0.1');
  const url = `http://127.0.0.1:${port}`;
  console.log(`Replicas: ${deployment.replicas.map(replica => replica.url).join(' ')}`);
  console.log(`PostgreSQL: ${deployment.postgres.url}\nRedis: ${deployment.redis.url}`);
  console.log(`Try: curl -i ${url}/api/notes/greeting`);
  console.log(`     curl -i -X PUT ${url}/api/notes/notes/1`);
  let stopping: Promise<void> | undefined;
  process.on('SIGINT', () => {
    balancer.close();
    stopping ??= deployment.stop();
  });
}

void main();
