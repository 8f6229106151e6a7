const REASONS: { [code in string]: string } = {
  EADDRINUSE:
    'the port is already in use. Stop the process that uses it, or choose another port with the configuration key backend.listen.port',
  EACCES:
    'this user may not use the port. Choose one above 1023 with the configuration key backend.listen.port',
  EADDRNOTAVAIL:
    'the host is no address of this machine. Choose another with the configuration key backend.listen.host, or leave it out',
  ENOTFOUND:
    'the host is unknown. Choose another with the configuration key backend.listen.host, or leave it out',
};

/** The error of a server that cannot listen, with the way out where there is a known one. */
export function explainListenError(
  error: NodeJS.ErrnoException,
  host: string,
  port: number,
): NodeJS.ErrnoException {
  const reason = REASONS[error.code ?? ''];
  if (!reason) {
    return error;
  }
  const address = host ? `port ${port} of host '${host}'` : `port ${port}`;
  const explained = new Error(`Cannot listen on ${address}: ${reason}`, { cause: error });
  return Object.assign(explained, { code: error.code });
}
