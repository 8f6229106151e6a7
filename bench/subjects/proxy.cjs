// A proxy in front of a backend: one that records, or the bare one that it is made of.
const { Agent, createServer } = require('node:http');
const { createProxyServer } = require('http-proxy-3');
const { startRecordingProxy } = require('backstage-forklift/parity');

const [kind, target, output] = process.argv.slice(2);

async function startBareProxy() {
  const proxy = createProxyServer({ target, agent: new Agent({ keepAlive: true }) });
  const server = createServer((request, response) => {
    proxy.web(request, response, {}, () => response.destroy());
  });
  await new Promise(resolve => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return { url: `http://127.0.0.1:${server.address().port}` };
}

const starting = kind === 'recording' ? startRecordingProxy({ target, output }) : startBareProxy();
void starting.then(({ url }) => process.send({ url }));
