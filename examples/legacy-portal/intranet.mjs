// Stands in for the other servers of the company, so that the example needs no network: the git
// server (the two calls of GitHub Enterprise's API by which Backstage reads a repository) and the
// status page behind the proxy. The port comes the way forklift hands one to a backend.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';

const port = Number(process.env.APP_CONFIG_backend_listen_port ?? 3001);
const repositories = fileURLToPath(new URL('./repositories', import.meta.url));
const incidents = [
  { system: 'shop', since: '2024-02-29T10:00:00Z', state: 'resolved' },
  { system: 'warehouse', since: '2024-03-01T06:30:00Z', state: 'open' },
];

const server = createServer((request, response) => {
  const url = new URL(request.url, `http://localhost:${port}`);
  const [, repository, what] =
    /^\/api\/v3\/repos\/shop\/([\w-]+)\/(commits|tarball)\//.exec(url.pathname) ?? [];
  if (repository && existsSync(`${repositories}/${repository}`)) {
    sendRepository(response, repository, what, url.origin);
  } else if (url.pathname === '/status-page/incidents') {
    answerIncidents(request, response, url.searchParams.get('state'));
  } else {
    sendJson(response, 404, { message: 'Not Found' });
  }
});

function sendRepository(response, repository, what, origin) {
  if (what === 'tarball') {
    response.setHeader('content-type', 'application/gzip');
    spawn('tar', ['-cz', '-C', repositories, repository]).stdout.pipe(response);
  } else {
    const archive_url = `${origin}/api/v3/repos/shop/${repository}/{archive_format}{/ref}`;
    sendJson(response, 200, { sha: '5f1c7a9be2d04c7f9a3cf0c6', repository: { archive_url } });
  }
}

async function answerIncidents(request, response, state) {
  if (request.method === 'POST') {
    let report = '';
    for await (const chunk of request) report += chunk;
    sendJson(response, 202, { received: report });
  } else {
    sendJson(
      response,
      200,
      incidents.filter(incident => !state || incident.state === state),
    );
  }
}

function sendJson(response, status, body) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

server.listen(port, 'localhost', () => console.log(`The intranet answers on port ${port}`));
