import { ts } from 'ts-morph';
import { packageOf } from './plugin-file/describe-plugin-file';
import type { TypeArguments } from './type-arguments';

/** What a type is called where it is declared. */
export interface TypeName {
  /** The package that exports it; undefined for a type of the package itself. */
  readonly package: string | undefined;
  /** Its name; undefined for an object type without one. */
  readonly name: string | undefined;
  /** The members of an object type of the repository. */
  readonly members: readonly string[];
}

/**
 * The names of a type: one for each part of a union. Aliases, indexed types and interfaces that only
 * extend another are followed to what they stand for.
 *
 * @param given - what the parameters of generic types stand for
 */
export function typeNamesOf(
  checker: ts.TypeChecker,
  node: ts.TypeNode,
  given: TypeArguments = new Map(),
): TypeName[] {
  return namesOf({ checker, given }, node, new Set());
}

interface Naming {
  readonly checker: ts.TypeChecker;
  readonly given: TypeArguments;
}

function namesOf(naming: Naming, node: ts.TypeNode, seen: Set<ts.Node>): TypeName[] {
  if (seen.has(node)) return [];
  seen.add(node);
  if (ts.isParenthesizedTypeNode(node)) return namesOf(naming, node.type, seen);
  if (ts.isUnionTypeNode(node)) {
    return node.types.filter(each => !isNothing(each)).flatMap(each => namesOf(naming, each, seen));
  }
  if (ts.isTypeLiteralNode(node)) return [ofMembers(node.members)];
  if (ts.isIndexedAccessTypeNode(node)) return indexed(naming, node, seen);
  if (ts.isTypeReferenceNode(node)) return referenced(naming, node.typeName, seen);
  if (ts.isExpressionWithTypeArguments(node) && ts.isEntityName(node.expression)) {
    return referenced(naming, node.expression, seen);
  }
  return [];
}

function isNothing(node: ts.TypeNode): boolean {
  return (
    node.kind === ts.SyntaxKind.UndefinedKeyword ||
    (ts.isLiteralTypeNode(node) && node.literal.kind === ts.SyntaxKind.NullKeyword)
  );
}

function ofMembers(members: readonly ts.TypeElement[]): TypeName {
  const names = members.map(each =>
    each.name && ts.isIdentifier(each.name) ? each.name.text : '',
  );
  return { package: undefined, name: undefined, members: names };
}

/** `PluginEnvironment['logger']` */
function indexed(naming: Naming, node: ts.IndexedAccessTypeNode, seen: Set<ts.Node>): TypeName[] {
  const { indexType } = node;
  if (!ts.isLiteralTypeNode(indexType) || !ts.isStringLiteral(indexType.literal)) return [];
  const property = naming.checker
    .getTypeFromTypeNode(node.objectType)
    .getProperty(indexType.literal.text);
  const type = property && declaredTypeOf(property);
  return type ? namesOf(naming, type, seen) : [];
}

/** The type that a property is declared with; undefined where it is inferred. */
export function declaredTypeOf(property: ts.Symbol): ts.TypeNode | undefined {
  for (const declaration of property.declarations ?? []) {
    const isTyped =
      ts.isPropertySignature(declaration) ||
      ts.isPropertyDeclaration(declaration) ||
      ts.isParameter(declaration);
    if (isTyped && declaration.type) return declaration.type;
  }
  return undefined;
}

function referenced(naming: Naming, entity: ts.EntityName, seen: Set<ts.Node>): TypeName[] {
  const { checker, given } = naming;
  const imported = importedName(checker, entity);
  const symbol = checker.getSymbolAtLocation(ts.isQualifiedName(entity) ? entity.right : entity);
  const target =
    symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const declaration = target?.declarations?.find(isInRepository);
  if (declaration && ts.isTypeParameterDeclaration(declaration)) {
    const argument = given.get(declaration);
    return argument ? namesOf(naming, argument, seen) : [];
  }
  if (declaration && ts.isTypeAliasDeclaration(declaration)) {
    const names = namesOf(naming, declaration.type, seen);
    return names.map(each => (each.package === undefined ? { ...each, ...imported } : each));
  }
  if (declaration && ts.isInterfaceDeclaration(declaration)) {
    const parents = declaration.heritageClauses?.flatMap(each => each.types) ?? [];
    if (declaration.members.length === 0) {
      return parents.flatMap(each => namesOf(naming, each, seen));
    }
    if (parents.length > 0 && !imported) return [];
    return [{ ...ofMembers(declaration.members), name: target?.name, package: imported?.package }];
  }
  if (declaration) return [{ package: imported?.package, name: target?.name, members: [] }];
  return imported ? [{ ...imported, members: [] }] : [];
}

function isInRepository(node: ts.Node): boolean {
  const { fileName } = node.getSourceFile();
  return !fileName.includes('/node_modules/') && !fileName.endsWith('/lib.d.ts');
}

/**
 * The package and export that `Logger`, imported, or `winston.Logger` stands for. What a package of the
 * repository only passes on is that of the package it has it from.
 */
function importedName(
  checker: ts.TypeChecker,
  entity: ts.EntityName,
): { readonly package: string; readonly name: string } | undefined {
  const first = ts.isQualifiedName(entity) ? entity.left : entity;
  const member = ts.isQualifiedName(entity) ? entity.right.text : undefined;
  let found: { readonly package: string; readonly name: string } | undefined;
  let symbol = ts.isIdentifier(first) ? checker.getSymbolAtLocation(first) : undefined;
  while (symbol && symbol.flags & ts.SymbolFlags.Alias) {
    const [node] = symbol.declarations ?? [];
    const from = node && specifierOf(node);
    const isName = ts.isImportSpecifier(node) || ts.isExportSpecifier(node);
    const name = member ?? (isName ? (node.propertyName ?? node.name).text : undefined);
    if (from !== undefined && !from.startsWith('.') && name !== undefined) {
      if (member !== undefined && isName) return undefined;
      found = { package: packageOf({ module: from }), name };
    }
    symbol = checker.getImmediateAliasedSymbol(symbol);
  }
  return found;
}

/** The module that an import, or a name that is passed on, comes from. */
function specifierOf(node: ts.Declaration): string | undefined {
  const statement = ts.findAncestor(
    node,
    each => ts.isImportDeclaration(each) || ts.isExportDeclaration(each),
  ) as ts.ImportDeclaration | ts.ExportDeclaration | undefined;
  const specifier = statement?.moduleSpecifier;
  return specifier && ts.isStringLiteral(specifier) ? specifier.text : undefined;
}
