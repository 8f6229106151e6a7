import { existsSync, readdirSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { BackendProject } from '../engine/find-project';
import { readSource } from '../engine/read-source';

/** `<SignInPage providers={['guest', ...]}>`. */
const OFFERS_GUEST = /<SignInPage\b[^>]*\bproviders=\{\[[^\]]*['"]guest['"]/;

/** How the front end lets in who has no account: `page` has a button for it, `silent` has no page at all. */
export type GuestSignIn = 'page' | 'silent';

/**
 * Tells whether the front end lets guests in. The old backend knew nothing of guests, as it asked nobody
 * for a token; the new one needs a provider that gives them one.
 */
export function guestSignIn({ root, backend }: BackendProject): GuestSignIn | undefined {
  const folder = posix.join(posix.dirname(backend), 'app', 'src');
  const texts = appsIn(root, folder).map(file => readSource(root, file).text);
  if (texts.some(text => OFFERS_GUEST.test(text))) return 'page';
  const isSilent = texts.some(text => /\bcreateApp\(/.test(text) && !/SignInPage/.test(text));
  return isSilent ? 'silent' : undefined;
}

function appsIn(root: string, folder: string): string[] {
  const path = join(root, folder);
  if (!existsSync(path)) return [];
  return readdirSync(path, { withFileTypes: true })
    .filter(each => each.isFile() && /^App\.(tsx|jsx)$/.test(each.name))
    .map(each => posix.join(folder, each.name));
}
