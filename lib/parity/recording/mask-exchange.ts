import { isSecretName, mask, maskAddress, maskText, maskValue } from '../mask-secrets';

/** A header as recordings show it: the scheme of credentials and the names of cookies stay. */
export function maskHeader(name: string, value: string): string {
  const lower = name.toLowerCase();
  if (lower === 'set-cookie') {
    return value.replace(/=[^;]*/, maskPair);
  }
  if (lower === 'cookie') {
    return value.replace(/=[^;]*/g, maskPair);
  }
  if (!isSecretName(lower)) {
    return lower === 'location' || lower === 'referer' ? maskUrl(value) : maskText(value);
  }
  const [, scheme = '', secret] = /^((?:Bearer|Basic|Digest)\s+)?(.*)$/is.exec(value) ?? [];
  return `${scheme}${mask(secret)}`;
}

/** An address as recordings show it. */
export function maskUrl(url: string): string {
  const [plain, ...query] = url.split('?');
  return [encodeMasks(maskAddress(plain)), ...query.map(maskForm)].join('?');
}

/** A body as recordings show it: JSON by its members, forms by their fields, other texts by what they look like. */
export function maskBody(text: string, contentType = ''): string {
  if (/[/+]json\b/.test(contentType)) {
    try {
      return JSON.stringify(maskValue('', JSON.parse(text)));
    } catch {
      // Not what it says: masked like any text.
    }
  }
  return contentType.startsWith('application/x-www-form-urlencoded')
    ? maskForm(text)
    : maskText(text);
}

function maskForm(text: string): string {
  const fields = text.split('&').map(field => {
    const [name, ...value] = field.split('=');
    return value.length > 0 && isSecretName(name)
      ? name + maskPair(`=${value.join('=')}`)
      : maskAddress(`?${field}`).slice(1);
  });
  return encodeMasks(fields.join('&'));
}

/** As they may stand in an address. */
function encodeMasks(text: string): string {
  return text.replace(/<secret[^>]*>/g, encodeURIComponent);
}

function maskPair(pair: string): string {
  return pair === '=' ? pair : `=${mask(pair.slice(1))}`;
}
