import { ts } from 'ts-morph';
import type { ParsedModule } from './parse-module';

/** A name that an import declaration brings into a file. */
export interface ImportBinding {
  /** The module specifier as written. */
  readonly module: string;
  /** What is imported from it: an exported name, `default`, or `*`. */
  readonly imported: string;
  readonly local: ts.Identifier;
  readonly declaration: ts.ImportDeclaration;
}

/** The declaration a name refers to, or undefined for globals and unknown names. */
export function declarationOf(
  module: ParsedModule,
  identifier: ts.Identifier,
): ts.Declaration | undefined {
  return symbolOf(module, identifier)?.declarations?.[0];
}

/** The symbol a name refers to; in `{ name }` that is the variable, not the property. */
export function symbolOf(module: ParsedModule, identifier: ts.Identifier): ts.Symbol | undefined {
  const { parent } = identifier;
  if (ts.isShorthandPropertyAssignment(parent) && parent.name === identifier) {
    return module.checker.getShorthandAssignmentValueSymbol(parent);
  }
  return module.checker.getSymbolAtLocation(identifier);
}

/** The import behind an expression that is a plain name. */
export function importOf(
  module: ParsedModule,
  expression: ts.Node | undefined,
): ImportBinding | undefined {
  if (!expression || !ts.isIdentifier(expression)) return undefined;
  const declaration = declarationOf(module, expression);
  return declaration && importBindingOf(declaration);
}

/** Every name the file imports, in order. */
export function importsOf(module: ParsedModule): ImportBinding[] {
  return module.sourceFile.statements.filter(ts.isImportDeclaration).flatMap(bindingsOf);
}

export function bindingsOf(declaration: ts.ImportDeclaration): ImportBinding[] {
  const clause = declaration.importClause;
  if (!clause) return [];
  const nodes: ts.Declaration[] = clause.name ? [clause] : [];
  if (clause.namedBindings) {
    if (ts.isNamespaceImport(clause.namedBindings)) nodes.push(clause.namedBindings);
    else nodes.push(...clause.namedBindings.elements);
  }
  return nodes.flatMap(node => importBindingOf(node) ?? []);
}

function importBindingOf(node: ts.Declaration): ImportBinding | undefined {
  const declaration = ts.findAncestor(node, ts.isImportDeclaration);
  if (!declaration || !ts.isStringLiteral(declaration.moduleSpecifier)) return undefined;
  const module = declaration.moduleSpecifier.text;
  if (ts.isImportClause(node) && node.name) {
    return { module, imported: 'default', local: node.name, declaration };
  }
  if (ts.isNamespaceImport(node)) return { module, imported: '*', local: node.name, declaration };
  if (ts.isImportSpecifier(node)) {
    const imported = (node.propertyName ?? node.name).text;
    return { module, imported, local: node.name, declaration };
  }
  return undefined;
}

/** Every use of a declared name inside a node, the declaration itself left out. */
export function referencesTo(
  module: ParsedModule,
  name: ts.Identifier,
  within: ts.Node = module.sourceFile,
): ts.Identifier[] {
  const symbol = symbolOf(module, name);
  return identifiersIn(within).filter(
    each =>
      each.text === name.text &&
      each !== name &&
      isReference(each) &&
      symbolOf(module, each) === symbol,
  );
}

/** Every identifier below a node, in order. */
export function identifiersIn(node: ts.Node): ts.Identifier[] {
  const found: ts.Identifier[] = [];
  const visit = (each: ts.Node): void => {
    if (ts.isIdentifier(each)) found.push(each);
    ts.forEachChild(each, visit);
  };
  visit(node);
  return found;
}

/** True for an identifier that names a value or type, not a property, label or object key. */
export function isReference(identifier: ts.Identifier): boolean {
  const { parent } = identifier;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === identifier;
  if (ts.isQualifiedName(parent)) return parent.left === identifier;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === identifier;
  if (ts.isBindingElement(parent)) return parent.initializer === identifier;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  const declared = (parent as { name?: ts.Node }).name;
  return declared !== identifier;
}
