import { Deployment } from './deployment';

/**
 * `npx tsx test/services/scale/run.ts`: three replicas and a second deployment, behind one address that
 * takes each request to the next replica that is ready. Ctrl-C ends it all.
 */
async function main() {
  const deployment = await Deployment.start();
  const { url } = deployment.balancer;
  console.log(`Replicas: ${deployment.replicas.map(replica => replica.url).join(' ')}`);
  console.log(`PostgreSQL: ${deployment.postgres.url}\nRedis: ${deployment.redis.url}`);
  console.log(`Try: curl -i ${url}/api/notes/greeting`);
  console.log(`     curl -i -X PUT ${url}/api/notes/notes/1`);
  let stopping: Promise<void> | undefined;
  process.on('SIGINT', () => {
    stopping ??= deployment.stop();
  });
}

void main();
