import { ts } from 'ts-morph';
import { importsOf } from '../engine/bindings';
import { quoted, type CodeStyle } from '../engine/code-style';
import type { NewImport } from '../engine/edit-imports';
import type { ParsedModule } from '../engine/parse-module';

/** Packages with a `Router`. */
const HOMES = new Set(['express', 'express-promise-router']);

/** The arguments of `httpRouter.use` for a router below a path: it takes no path itself. */
export function servedBelow(below: string, router: string, style: CodeStyle): string {
  return `Router().use(${quoted(below, style)}, ${router})`;
}

/** What has to be imported for a router below a path; nothing where the file has a `Router`. */
export function importsBelow(module: ParsedModule, below: string | undefined): NewImport[] {
  if (below === undefined) return [];
  const has = importsOf(module).some(
    ({ local, module: from }) => local.text === 'Router' && HOMES.has(from) && !isType(local),
  );
  return has ? [] : [{ module: 'express', name: 'Router' }];
}

function isType(local: ts.Identifier): boolean {
  const clause = ts.findAncestor(local, ts.isImportClause);
  return (
    clause?.phaseModifier === ts.SyntaxKind.TypeKeyword ||
    (ts.isImportSpecifier(local.parent) && local.parent.isTypeOnly)
  );
}
