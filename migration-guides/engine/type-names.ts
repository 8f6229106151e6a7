import { ts } from 'ts-morph';
import { packageOf } from './plugin-file/describe-plugin-file';

/** What a type is called where it is declared. */
export interface TypeName {
  /** The package that exports it; undefined for a type of the repository itself. */
  readonly package: string | undefined;
  /** Its name; undefined for an object type without one. */
  readonly name: string | undefined;
  /** The members of an object type of the repository. */
  readonly members: readonly string[];
}

/**
 * The names of a type: one for each part of a union. Aliases, indexed types and interfaces that only
 * extend another are followed to what they stand for.
 */
export function typeNamesOf(checker: ts.TypeChecker, node: ts.TypeNode): TypeName[] {
  return namesOf(checker, node, new Set());
}

function namesOf(checker: ts.TypeChecker, node: ts.TypeNode, seen: Set<ts.Node>): TypeName[] {
  if (seen.has(node)) return [];
  seen.add(node);
  if (ts.isParenthesizedTypeNode(node)) return namesOf(checker, node.type, seen);
  if (ts.isUnionTypeNode(node)) {
    return node.types
      .filter(each => !isNothing(each))
      .flatMap(each => namesOf(checker, each, seen));
  }
  if (ts.isTypeLiteralNode(node)) return [ofMembers(node.members)];
  if (ts.isIndexedAccessTypeNode(node)) return indexed(checker, node, seen);
  if (ts.isTypeReferenceNode(node)) return referenced(checker, node.typeName, seen);
  if (ts.isExpressionWithTypeArguments(node) && ts.isEntityName(node.expression)) {
    return referenced(checker, node.expression, seen);
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
function indexed(
  checker: ts.TypeChecker,
  node: ts.IndexedAccessTypeNode,
  seen: Set<ts.Node>,
): TypeName[] {
  const { indexType } = node;
  if (!ts.isLiteralTypeNode(indexType) || !ts.isStringLiteral(indexType.literal)) return [];
  const property = checker.getTypeFromTypeNode(node.objectType).getProperty(indexType.literal.text);
  const type = property && declaredTypeOf(property);
  return type ? namesOf(checker, type, seen) : [];
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

function referenced(
  checker: ts.TypeChecker,
  entity: ts.EntityName,
  seen: Set<ts.Node>,
): TypeName[] {
  const imported = importedName(checker, entity);
  const symbol = checker.getSymbolAtLocation(ts.isQualifiedName(entity) ? entity.right : entity);
  const target =
    symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const declaration = target?.declarations?.find(isInRepository);
  if (declaration && ts.isTypeAliasDeclaration(declaration)) {
    return namesOf(checker, declaration.type, seen);
  }
  if (declaration && ts.isInterfaceDeclaration(declaration)) {
    const parents = declaration.heritageClauses?.flatMap(each => each.types) ?? [];
    if (declaration.members.length === 0) {
      return parents.flatMap(each => namesOf(checker, each, seen));
    }
    return parents.length > 0 ? [] : [{ ...ofMembers(declaration.members), name: target?.name }];
  }
  if (declaration) return [{ package: undefined, name: target?.name, members: [] }];
  return imported ? [{ ...imported, members: [] }] : [];
}

function isInRepository(node: ts.Node): boolean {
  const { fileName } = node.getSourceFile();
  return !fileName.includes('/node_modules/') && !fileName.endsWith('/lib.d.ts');
}

/** The package and export that `Logger`, imported, or `winston.Logger` stands for. */
function importedName(
  checker: ts.TypeChecker,
  entity: ts.EntityName,
): { readonly package: string; readonly name: string } | undefined {
  const first = ts.isQualifiedName(entity) ? entity.left : entity;
  if (!ts.isIdentifier(first)) return undefined;
  const node = checker.getSymbolAtLocation(first)?.declarations?.[0];
  const declaration = node && ts.findAncestor(node, ts.isImportDeclaration);
  if (!node || !declaration || !ts.isStringLiteral(declaration.moduleSpecifier)) return undefined;
  const from = packageOf({ module: declaration.moduleSpecifier.text });
  if (ts.isQualifiedName(entity)) {
    return ts.isImportSpecifier(node) ? undefined : { package: from, name: entity.right.text };
  }
  return ts.isImportSpecifier(node)
    ? { package: from, name: (node.propertyName ?? node.name).text }
    : undefined;
}
