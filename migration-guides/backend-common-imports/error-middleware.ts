import { ts } from 'ts-morph';
import { referencesTo, type ImportBinding } from '../engine/bindings';
import type { ParsedModule } from '../engine/parse-module';

/** Variables of a function that MiddlewareFactory takes. */
const NEEDED: Readonly<Record<string, readonly string[]>> = {
  config: ['Config', 'RootConfigService'],
  logger: ['Logger', 'LoggerService'],
};

/**
 * The calls by which a file makes an old middleware, when each can be made by MiddlewareFactory instead:
 * without options, where `config` and `logger` are at hand. Undefined otherwise.
 */
export function middlewareCalls(
  module: ParsedModule,
  { local }: ImportBinding,
): readonly ts.CallExpression[] | undefined {
  const references = referencesTo(module, local);
  const calls = references.flatMap(({ parent }) =>
    ts.isCallExpression(parent) && parent.arguments.length === 0 && hasServices(module, parent)
      ? [parent]
      : [],
  );
  return calls.length > 0 && calls.length === references.length ? calls : undefined;
}

function hasServices(module: ParsedModule, call: ts.CallExpression): boolean {
  const inScope = module.checker.getSymbolsInScope(call, ts.SymbolFlags.Variable);
  return Object.entries(NEEDED).every(([name, types]) => {
    const symbol = inScope.find(each => each.name === name);
    const type = symbol && typeTextOf(module, symbol);
    return type !== undefined && types.includes(type);
  });
}

/** The type that a variable is declared with, by itself or by the object it is taken from. */
function typeTextOf(module: ParsedModule, symbol: ts.Symbol): string | undefined {
  const [declaration] = symbol.declarations ?? [];
  if (!declaration) return undefined;
  if (ts.isParameter(declaration) || ts.isVariableDeclaration(declaration)) {
    return declaration.type?.getText(module.sourceFile);
  }
  if (!ts.isBindingElement(declaration) || !ts.isObjectBindingPattern(declaration.parent)) {
    return undefined;
  }
  const source = declaration.parent.parent;
  const name = (declaration.propertyName ?? declaration.name).getText(module.sourceFile);
  const object =
    ts.isVariableDeclaration(source) && source.initializer ? source.initializer : source;
  const property = module.checker.getTypeAtLocation(object).getProperty(name);
  const [signature] = property?.declarations ?? [];
  return signature && ts.isPropertySignature(signature)
    ? signature.type?.getText(module.sourceFile)
    : undefined;
}
