/**
 * Hosts and ports of a connection string in the notation of any store, without credentials and options,
 * so that messages can show them.
 */
export function addressOf(connection = ''): string {
  return withoutCredentials(connection) || 'the default address';
}

/** The same for servers given one by one: as an address, or an object with `url`, or with `host` and `port`. */
export function addressOfNodes(nodes: unknown): string {
  return [nodes].flat().map(addressOfNode).filter(Boolean).join(', ') || 'the default address';
}

function addressOfNode(node: unknown): string {
  if (typeof node !== 'object' || node === null) return withoutCredentials(String(node));
  const { url, host, port, socket } = node as { [key in string]?: any };
  return url
    ? withoutCredentials(String(url))
    : [host ?? socket?.host, port ?? socket?.port].filter(Boolean).join(':');
}

/** Of several servers in one string, credentials hide those before the last @, since both may have commas. */
function withoutCredentials(address: string): string {
  if (address.includes('://')) {
    return URL.canParse(address) ? new URL(address).host : '';
  }
  return address.replace(/^.*@/s, '').replace(/\?.*$/s, '').trim();
}
