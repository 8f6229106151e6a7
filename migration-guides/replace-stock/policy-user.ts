import { posix } from 'node:path';
import type MagicString from 'magic-string';
import { ts } from 'ts-morph';
import { importOf, importsOf, referencesTo } from '../engine/bindings';
import { settleImports } from '../engine/edit-imports';
import type { LiftedPlugin } from '../engine/lifted-plugin';
import { parseModule, type ParsedModule } from '../engine/parse-module';
import type { FileEdit } from '../engine/plan';
import { resolveModule } from '../engine/plugin-file/resolve-module';
import { readSource } from '../engine/read-source';
import { editorOf, fileEdit } from '../engine/source-edit';

const PERMISSION_NODE = '@backstage/plugin-permission-node';
const TYPE = 'PolicyQueryUser';

/**
 * A policy's text with `PolicyQueryUser` as the type of the user, which was a BackstageIdentityResponse.
 * Where the policy uses more of the user than the identity, it stays as it is.
 */
export function retypePolicyUser(module: ParsedModule): string {
  const editor = editorOf(module);
  const visit = (node: ts.Node): void => {
    if (ts.isMethodDeclaration(node) && node.name.getText(module.sourceFile) === 'handle') {
      const user = node.parameters[1] as ts.ParameterDeclaration | undefined;
      if (user?.type && isIdentityResponse(module, user.type) && usesOnlyIdentity(module, user)) {
        editor.overwrite(user.type.getStart(module.sourceFile), user.type.getEnd(), TYPE);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(module.sourceFile);
  if (!editor.hasChanged()) return module.text;
  const isNamed = nameInImport(module, editor);
  const added = isNamed ? [] : [{ module: PERMISSION_NODE, name: TYPE }];
  return settleImports(module, editor.toString(), added);
}

/** Adds the type to the names that the file imports from its package already. */
function nameInImport(module: ParsedModule, editor: MagicString): boolean {
  const binding = importsOf(module).find(
    each => each.module === PERMISSION_NODE && ts.isImportSpecifier(each.local.parent),
  );
  if (!binding) return false;
  const names = binding.local.parent.parent as ts.NamedImports;
  const last = names.elements[names.elements.length - 1];
  const isBroken = names.getText(module.sourceFile).includes('\n');
  editor.appendLeft(last.getEnd(), isBroken ? `,\n  ${TYPE}` : `, ${TYPE}`);
  return true;
}

/** Edits of the files that a plugin's file imports its policy from. */
export function retypeImportedPolicies({ project, file, source }: LiftedPlugin): FileEdit[] {
  if (!source || file === undefined) return [];
  const files = importsOf(source.module).map(each =>
    resolveModule(project.root, file, each.module),
  );
  const inside = [...new Set(files)].filter(
    each => each?.startsWith(posix.join(project.backend, 'src')) ?? false,
  );
  return inside.flatMap(each => {
    const module = parseModule(readSource(project.root, each ?? ''));
    return fileEdit(module, retypePolicyUser(module)) ?? [];
  });
}

function isIdentityResponse(module: ParsedModule, type: ts.TypeNode): boolean {
  if (!ts.isTypeReferenceNode(type)) return false;
  return importOf(module, type.typeName)?.imported === 'BackstageIdentityResponse';
}

function usesOnlyIdentity(module: ParsedModule, { name }: ts.ParameterDeclaration): boolean {
  if (!ts.isIdentifier(name)) return false;
  return referencesTo(module, name).every(each => {
    const { parent } = each;
    if (ts.isPropertyAccessExpression(parent) && parent.expression === each) {
      return parent.name.text === 'identity';
    }
    return ts.isPrefixUnaryExpression(parent) || ts.isIfStatement(parent);
  });
}
