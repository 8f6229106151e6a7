import type MagicString from 'magic-string';
import { ts } from 'ts-morph';
import {
  bindingsOf,
  identifiersIn,
  importsOf,
  referencesTo,
  symbolOf,
  type ImportBinding,
} from '../bindings';
import { codeStyleOf } from '../code-style';
import { printImport, printKept } from '../edit-imports';
import type { ParsedModule } from '../parse-module';
import { lineEnd } from '../source-edit';

/** Where an exported name is now. */
export interface NewHome {
  /** The module specifier. */
  readonly module: string;
  readonly name: string;
  /** True when whoever moves it has rewritten its references already. */
  readonly isRewritten?: boolean;
}

/** A name that a file imports from its new home. */
export interface MovedName {
  readonly binding: ImportBinding;
  readonly home: NewHome;
}

/**
 * Imports names from their new homes and renames what refers to them. A name that means something else
 * in the file already is imported under the old one.
 */
export function moveNames(
  module: ParsedModule,
  editor: MagicString,
  moves: readonly MovedName[],
): void {
  const wanted: WantedImport[] = moves.map(move => wantedImport(module, editor, move));
  const declarations = importsIn(module);
  const style = codeStyleOf(module);
  const placed = new Set<string>();
  const taken = new Set(moves.map(each => each.binding.local));
  const joined = joinExisting(module, editor, wanted, taken);
  joined.forEach(key => placed.add(key));
  for (const declaration of declarations) {
    const bindings = bindingsOf(declaration);
    const leaving = bindings.filter(each => taken.has(each.local));
    if (leaving.length === 0) continue;
    const lines: string[] = [];
    for (const each of wanted.filter(({ binding }) => binding.declaration === declaration)) {
      if (placed.has(keyOf(each))) continue;
      placed.add(keyOf(each));
      const names = namesFor(wanted, each);
      if (names.length > 0) lines.push(printImport(names, each.clause, each.home.module, style));
    }
    const kept = bindings.filter(each => !taken.has(each.local));
    if (kept.length > 0) lines.push(printKept(module, declaration, kept, style));
    lines.unshift(...commentsIn(module, declaration));
    const start = declaration.getStart(module.sourceFile);
    if (lines.length > 0) editor.overwrite(start, declaration.getEnd(), lines.join('\n'));
    else editor.remove(start, lineEnd(module.text, declaration.getEnd()));
  }
}

interface WantedImport extends MovedName {
  /**
   * The specifier: `DatabaseService`, or `DatabaseService as PluginDatabaseManager`; undefined when the
   * file imports it already.
   */
  readonly text: string | undefined;
  /** `type ` for a declaration that imports types only. */
  readonly clause: '' | 'type ';
}

function wantedImport(module: ParsedModule, editor: MagicString, move: MovedName): WantedImport {
  const { binding, home } = move;
  const specifier = binding.local.parent as ts.ImportSpecifier;
  const prefix = specifier.isTypeOnly ? 'type ' : '';
  const isTypes = binding.declaration.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
  const clause = isTypes ? 'type ' : '';
  const local = binding.local.text;
  if (home.isRewritten || local === home.name) {
    const isPresent = local !== home.name && importOfHome(module, home) !== undefined;
    return { ...move, text: isPresent ? undefined : prefix + home.name, clause };
  }
  const references = referencesTo(module, binding.local);
  const present = importOfHome(module, home);
  const isUsable = !present || isTypeOnly(present) === isTypeOnly(binding) || isTypeOnly(binding);
  const isAliased = specifier.propertyName !== undefined;
  if (isAliased || !isUsable || !canRename(module, binding, home, references)) {
    return { ...move, text: `${prefix}${home.name} as ${local}`, clause };
  }
  for (const each of references) {
    const name = ts.isShorthandPropertyAssignment(each.parent)
      ? `${local}: ${home.name}`
      : home.name;
    editor.overwrite(each.getStart(module.sourceFile), each.getEnd(), name);
  }
  return { ...move, text: present ? undefined : prefix + home.name, clause };
}

/** The import by which a file has the new name already. */
function importOfHome(module: ParsedModule, home: NewHome): ImportBinding | undefined {
  return importsOf(module).find(
    each =>
      each.module === home.module && each.imported === home.name && each.local.text === home.name,
  );
}

function isTypeOnly({ declaration, local }: ImportBinding): boolean {
  return (
    declaration.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword ||
    (ts.isImportSpecifier(local.parent) && local.parent.isTypeOnly)
  );
}

/** False when the new name means something else somewhere in the file, or the old one is exported. */
function canRename(
  module: ParsedModule,
  { local }: ImportBinding,
  home: NewHome,
  references: readonly ts.Identifier[],
): boolean {
  const isExported = identifiersIn(module.sourceFile).some(
    each => each.text === local.text && ts.isExportSpecifier(each.parent),
  );
  if (isExported || references.some(each => ts.isExportSpecifier(each.parent))) return false;
  const present = importOfHome(module, home);
  const symbol = present && symbolOf(module, present.local);
  return identifiersIn(module.sourceFile)
    .filter(each => each.text === home.name && !isMember(each))
    .every(each => symbol !== undefined && symbolOf(module, each) === symbol);
}

function isMember(identifier: ts.Identifier): boolean {
  const { parent } = identifier;
  return (
    (ts.isPropertyAccessExpression(parent) && parent.name === identifier) ||
    (ts.isPropertyAssignment(parent) && parent.name === identifier) ||
    (ts.isQualifiedName(parent) && parent.right === identifier)
  );
}

/** Adds names to declarations that import from their new homes already; gives the keys it has placed. */
function joinExisting(
  module: ParsedModule,
  editor: MagicString,
  wanted: readonly WantedImport[],
  taken: ReadonlySet<ts.Identifier>,
): Set<string> {
  const style = codeStyleOf(module);
  const placed = new Set<string>();
  for (const each of wanted) {
    const key = keyOf(each);
    if (placed.has(key)) continue;
    const existing = importsIn(module).find(declaration => canJoin(declaration, each, taken));
    const elements = existing?.importClause?.namedBindings;
    if (!existing || !elements || !ts.isNamedImports(elements)) continue;
    placed.add(key);
    const present = elements.elements.map(element => element.getText(module.sourceFile));
    const names = namesFor(wanted, each);
    if (names.length === 0) continue;
    const isType = existing.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword;
    const all = [...present, ...names];
    const printed = printImport(all, clauseOf(existing, isType), each.home.module, style);
    const text = [...commentsIn(module, existing), printed].join('\n');
    editor.overwrite(existing.getStart(module.sourceFile), existing.getEnd(), text);
  }
  return placed;
}

/** Comments between the names of an import, which would be lost when it is printed anew. */
function commentsIn(module: ParsedModule, declaration: ts.ImportDeclaration): string[] {
  const text = declaration.getText(module.sourceFile);
  return text.match(/\/\/[^\n]*|\/\*[\s\S]*?\*\//g) ?? [];
}

function clauseOf({ importClause }: ts.ImportDeclaration, isType: boolean): string {
  return (isType ? 'type ' : '') + (importClause?.name ? `${importClause.name.text}, ` : '');
}

function canJoin(
  declaration: ts.ImportDeclaration,
  wanted: WantedImport,
  taken: ReadonlySet<ts.Identifier>,
): boolean {
  const { importClause, moduleSpecifier } = declaration;
  if ((moduleSpecifier as ts.StringLiteral).text !== wanted.home.module) return false;
  if (!importClause?.namedBindings || !ts.isNamedImports(importClause.namedBindings)) return false;
  if (bindingsOf(declaration).some(each => taken.has(each.local))) return false;
  const isType = importClause.phaseModifier === ts.SyntaxKind.TypeKeyword;
  return isType === (wanted.clause === 'type ');
}

/** What is imported together with a name. */
function namesFor(wanted: readonly WantedImport[], one: WantedImport): string[] {
  const texts = wanted.filter(each => keyOf(each) === keyOf(one)).flatMap(each => each.text ?? []);
  return [...new Set(texts)];
}

function keyOf({ home, clause }: WantedImport): string {
  return `${clause}${home.module}`;
}

function importsIn({ sourceFile }: ParsedModule): ts.ImportDeclaration[] {
  return sourceFile.statements
    .filter(ts.isImportDeclaration)
    .filter(each => ts.isStringLiteral(each.moduleSpecifier));
}
