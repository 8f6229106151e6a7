import { connect } from 'node:net';

/**
 * Sends a request, byte for byte as given, and returns the answer, byte for byte but for what differs
 * each time.
 *
 * @param request - `METHOD target, header: value, ...`, with the version of HTTP after the target unless
 * it is 1.1
 */
export async function ask(port: number, request: string): Promise<string> {
  const [line, ...headers] = request.split(/, (?=[\w-]+: )/);
  const lines = [
    line.includes(' HTTP/') ? line : `${line} HTTP/1.1`,
    'Host: backstage.local',
    ...headers,
  ];
  if (!headers.some(header => header.startsWith('Connection:'))) {
    lines.push('Connection: close');
  }
  const socket = connect(port, '127.0.0.1');
  socket.write(`${lines.join('\r\n')}\r\n\r\n`);
  let answer = '';
  for await (const chunk of socket) {
    answer += chunk.toString('latin1');
    if (/\r\nConnection: keep-alive\r\n/.test(answer) && isComplete(answer)) {
      socket.destroy();
      break;
    }
  }
  if (answer.includes('logId=')) {
    answer = answer.replace(/^ETag: .*\r\n/m, 'ETag: <etag>\r\n');
  }
  return answer
    .replace(/^Date: .*\r\n/m, 'Date: <date>\r\n')
    .replace(/^(X-RateLimit-Reset|RateLimit-Reset): .*\r\n/gm, '$1: <time>\r\n')
    .replace(/logId=[0-9a-f]{20}/g, 'logId=<id>');
}

function isComplete(answer: string): boolean {
  const [head, ...rest] = answer.split('\r\n\r\n');
  const length = /^Content-Length: (\d+)/m.exec(head);
  const body = rest.join('\r\n\r\n');
  return length
    ? body.length >= Number(length[1])
    : body.endsWith('0') || body.endsWith('0\r\n\r\n');
}
