import { ts } from 'ts-morph';
import { declarationOf, importOf, referencesTo } from '../engine/bindings';
import type { ParsedModule } from '../engine/parse-module';
import { declaredTypeOf, typeNamesOf } from '../engine/type-names';
import { unwrap } from '../engine/unwrap';

const CATALOG_TYPES = new Set(['CatalogApi', 'CatalogClient']);

/**
 * The plugin that a token is used for: one whose client is called with it, or whose address a request
 * with it goes to. Undefined when it is used in any other way, or for several plugins.
 *
 * @param token - the variable that has it
 */
export function targetOfToken(module: ParsedModule, token: ts.Identifier): string | undefined {
  const targets = new Set(referencesTo(module, token).map(each => targetOf(module, each)));
  const [target] = targets;
  return targets.size === 1 ? target : undefined;
}

function targetOf(module: ParsedModule, reference: ts.Identifier): string | undefined {
  return catalogCallOf(module, reference) ? 'catalog' : requestedPlugin(module, reference);
}

/** `catalogClient.getEntityByRef(ref, { token })` */
function catalogCallOf(module: ParsedModule, reference: ts.Identifier): boolean {
  const { parent } = reference;
  const isProperty =
    (ts.isShorthandPropertyAssignment(parent) && parent.name.text === 'token') ||
    (ts.isPropertyAssignment(parent) && parent.name.getText() === 'token');
  const call = isProperty ? parent.parent.parent : undefined;
  if (!call || !ts.isCallExpression(call) || !ts.isPropertyAccessExpression(call.expression)) {
    return false;
  }
  return call.arguments.at(-1) === parent.parent && isCatalog(module, call.expression.expression);
}

function isCatalog(module: ParsedModule, receiver: ts.Expression): boolean {
  const type = typeOf(module, receiver);
  if (type) {
    return typeNamesOf(module.checker, type).some(
      each => each.package === '@backstage/catalog-client' && CATALOG_TYPES.has(each.name ?? ''),
    );
  }
  const declaration = ts.isIdentifier(receiver) ? declarationOf(module, receiver) : undefined;
  if (!declaration || !ts.isVariableDeclaration(declaration) || !declaration.initializer) {
    return false;
  }
  const made = unwrap(declaration.initializer);
  if (!ts.isNewExpression(made)) return false;
  const binding = importOf(module, made.expression);
  return binding?.module === '@backstage/catalog-client' && binding.imported === 'CatalogClient';
}

/** The type that a variable, or a member of an object, is declared with. */
function typeOf({ checker }: ParsedModule, receiver: ts.Expression): ts.TypeNode | undefined {
  if (ts.isPropertyAccessExpression(receiver)) {
    const property = checker.getSymbolAtLocation(receiver.name);
    return property && declaredTypeOf(property);
  }
  if (!ts.isIdentifier(receiver)) return undefined;
  const declaration = checker.getSymbolAtLocation(receiver)?.declarations?.[0];
  if (!declaration) return undefined;
  if (ts.isVariableDeclaration(declaration) || ts.isParameter(declaration)) return declaration.type;
  if (!ts.isBindingElement(declaration) || declaration.dotDotDotToken) return undefined;
  const name = (declaration.propertyName ?? declaration.name).getText();
  const property = checker.getTypeAtLocation(declaration.parent).getProperty(name);
  return property && declaredTypeOf(property);
}

/** The plugin in `discovery.getBaseUrl('x')`, for a request with `Authorization: Bearer ${token}`. */
function requestedPlugin(module: ParsedModule, reference: ts.Identifier): string | undefined {
  const template = ts.findAncestor(reference, ts.isTemplateExpression);
  if (!template || !/^[`"']Bearer /i.test(template.getText(module.sourceFile))) return undefined;
  const request = ts.findAncestor(template, ts.isCallExpression);
  const [url] = request?.arguments ?? [];
  if (!request || !url || !/fetch$/i.test(request.expression.getText())) return undefined;
  return addressedPlugin(module, url);
}

/** The plugin whose address a URL starts with. */
function addressedPlugin(module: ParsedModule, url: ts.Expression): string | undefined {
  const made = unwrap(url);
  if (ts.isTemplateExpression(made)) {
    return made.head.text === ''
      ? addressedPlugin(module, made.templateSpans[0].expression)
      : undefined;
  }
  if (ts.isIdentifier(made)) {
    const declaration = declarationOf(module, made);
    const isConstant =
      declaration &&
      ts.isVariableDeclaration(declaration) &&
      (declaration.parent.flags & ts.NodeFlags.Const) !== 0;
    return isConstant && declaration.initializer
      ? addressedPlugin(module, declaration.initializer)
      : undefined;
  }
  if (!ts.isCallExpression(made) || !ts.isPropertyAccessExpression(made.expression))
    return undefined;
  const [id] = made.arguments;
  return made.expression.name.text === 'getBaseUrl' && id && ts.isStringLiteralLike(id)
    ? id.text
    : undefined;
}
