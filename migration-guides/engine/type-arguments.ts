import { ts } from 'ts-morph';

/** What the parameters of generic types stand for; null where one stands for several things. */
export type TypeArguments = ReadonlyMap<ts.TypeParameterDeclaration, ts.TypeNode | null>;

/** Finds the arguments of the generic types that a type is made of, through aliases and parents. */
export function typeArgumentsIn(checker: ts.TypeChecker, type: ts.TypeNode): TypeArguments {
  const found = new Map<ts.TypeParameterDeclaration, ts.TypeNode | null>();
  const seen = new Set<ts.Node>();
  const visit = (node: ts.Node): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (ts.isTypeReferenceNode(node) || ts.isExpressionWithTypeArguments(node)) {
      const name = ts.isTypeReferenceNode(node) ? node.typeName : node.expression;
      declarationsOf(checker, name).forEach(each => enter(each, node.typeArguments));
    }
    ts.forEachChild(node, visit);
  };
  const enter = (generic: Generic, given: readonly ts.TypeNode[] = []): void => {
    generic.typeParameters?.forEach((parameter, index) => {
      const argument = given[index] ?? parameter.default;
      const known = found.get(parameter);
      if (argument) found.set(parameter, known && known !== argument ? null : argument);
    });
    if (ts.isTypeAliasDeclaration(generic)) visit(generic.type);
    else generic.heritageClauses?.flatMap(each => each.types).forEach(visit);
  };
  visit(type);
  return found;
}

type Generic = ts.TypeAliasDeclaration | ts.InterfaceDeclaration | ts.ClassDeclaration;

function declarationsOf(checker: ts.TypeChecker, name: ts.Node): Generic[] {
  const symbol = checker.getSymbolAtLocation(name);
  const target =
    symbol && symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return (target?.declarations ?? []).filter(
    each =>
      ts.isTypeAliasDeclaration(each) ||
      ts.isInterfaceDeclaration(each) ||
      ts.isClassDeclaration(each),
  ) as Generic[];
}
