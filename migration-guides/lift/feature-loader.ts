import type { LiftContext } from './lift-context';
import { LOADER_INDENT, type Piece } from './piece';

const REFS = { config: 'coreServices.rootConfig', logger: 'coreServices.rootLogger' };

/** Puts late pieces into one feature loader, which stands where the first of them stood. */
export function arrange(context: LiftContext, pieces: readonly Piece[]): string {
  const late = pieces.filter(each => each.late);
  return pieces
    .flatMap(piece => {
      if (piece.late) return piece === late[0] ? [`\n${printLoader(context, late)}`] : [];
      return [(piece.blankBefore ? '\n' : '') + piece.text];
    })
    .join('\n')
    .replace(/^\n+/, '');
}

function printLoader(context: LiftContext, pieces: readonly Piece[]): string {
  const names = [...context.services.keys()].sort();
  context.import(context.runtime.api, 'createBackendFeatureLoader');
  if (names.length > 0) context.import(context.runtime.api, 'coreServices');
  const deps = [...context.services]
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([name, service]) => `${name}: ${REFS[service]}`)
    .join(', ');
  const indent = ' '.repeat(LOADER_INDENT);
  const body = pieces
    .map(
      ({ text, blankBefore }, index) => `${blankBefore && index > 0 ? '\n' : ''}${indent}${text}\n`,
    )
    .join('');
  return (
    'backend.add(\n  createBackendFeatureLoader({\n' +
    (names.length > 0 ? `    deps: { ${deps} },\n` : '') +
    `    async *loader(${names.length > 0 ? `{ ${names.join(', ')} }` : ''}) {\n` +
    `${body}    },\n  }),\n)${context.style.semicolon}`
  );
}
