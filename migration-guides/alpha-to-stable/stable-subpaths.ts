import { join } from 'node:path';
import { ts } from 'ts-morph';
import { bindingsOf } from '../engine/bindings';
import { findInstalledPackage } from '../engine/package-exports';
import type { ParsedModule } from '../engine/parse-module';
import type { SourcePackage } from '../engine/source-step/source-repository';
import { isAtLeast } from '../engine/version';
import { STOCK_MODULES } from '../replace-stock/stock-modules';
import { STOCK_PACKAGES } from '../replace-stock/stock-packages';

/** Specifiers of features under `/alpha` that the package has at its root in the version at hand. */
export function stableSubpaths(
  root: string,
  module: ParsedModule,
  owner: SourcePackage,
): { readonly literal: ts.StringLiteralLike; readonly stable: string }[] {
  return featureSpecifiers(module).flatMap(literal => {
    const name = /^(.*)\/alpha$/.exec(literal.text)?.[1];
    return name !== undefined && isAtRoot(root, owner, name) ? [{ literal, stable: name }] : [];
  });
}

/** `import('x')` in `add(...)`, and `import feature from 'x'`. */
function featureSpecifiers({ sourceFile }: ParsedModule): ts.StringLiteralLike[] {
  const found: ts.StringLiteralLike[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      const [specifier] = node.arguments;
      const isAdded = ts.isCallExpression(node.parent) || ts.isYieldExpression(node.parent);
      if (isAdded && specifier && ts.isStringLiteralLike(specifier)) found.push(specifier);
    }
    if (ts.isImportDeclaration(node) && ts.isStringLiteral(node.moduleSpecifier)) {
      const bindings = bindingsOf(node);
      const isDefault = bindings.length === 1 && bindings[0].imported === 'default';
      if (isDefault) found.push(node.moduleSpecifier);
    }
    ts.forEachChild(node, visit);
  };
  visit(sourceFile);
  return found;
}

function isAtRoot(root: string, owner: SourcePackage, name: string): boolean {
  const installed = findInstalledPackage(join(root, owner.folder), name);
  if (installed) return installed.feature === name;
  const since =
    STOCK_MODULES[name]?.root ?? STOCK_PACKAGES.find(each => each.package === name)?.root;
  const version = owner.versionOf(name);
  return since !== undefined && version !== undefined && isAtLeast(version, since);
}
