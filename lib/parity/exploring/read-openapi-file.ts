import { LineCounter, parseDocument, type Document } from 'yaml';
import { ParityError } from '../errors';
import { readText } from '../read-text';
import { OpenApiError, readOpenApi, type OpenApiOperation } from './openapi-document';

/**
 * Reads the operations of an OpenAPI document from a YAML or JSON file.
 *
 * @param base - the path of the plugin, such as `/api/tea`; unless told, the one of its first server
 * @throws ParityError REQUESTS_UNREADABLE, or REQUESTS_INVALID with line and column
 */
export async function readOpenApiFile(file: string, base?: string): Promise<OpenApiOperation[]> {
  const text = await readText(file, { code: 'REQUESTS_UNREADABLE', what: 'OpenAPI document' });
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines });
  const fail = (at: number, problem: string, cause?: unknown): never => {
    const { line, col } = lines.linePos(at);
    throw new ParityError('REQUESTS_INVALID', `${file}:${line}:${col}: ${problem}`, { cause });
  };
  const [syntaxError] = document.errors;
  if (syntaxError) {
    fail(syntaxError.pos[0], syntaxError.message.split(' at line')[0]);
  }
  const content = document.toJS() as { servers?: Array<{ url?: unknown }> };
  try {
    return readOpenApi(content, base ?? serverPath(content));
  } catch (error) {
    if (!(error instanceof OpenApiError)) {
      throw error;
    }
    return fail(startOf(document, error.at), error.message, error);
  }
}

/** True for the content of a YAML or JSON file that is an OpenAPI document. */
export function isOpenApi(text: string): boolean {
  return /^\s*(?:\{\s*)?["']?(?:openapi|swagger)["']?\s*:/m.test(text.slice(0, 2_000));
}

function serverPath(content: { servers?: Array<{ url?: unknown }> } | null): string {
  const url = content?.servers?.[0]?.url;
  return typeof url === 'string' ? url.replace(/^[a-z]+:\/\/[^/]*/i, '').replace(/\/+$/, '') : '';
}

/** Where the node begins, or the closest one around it that is there. */
function startOf(document: Document, keys: readonly string[]): number {
  for (let depth = keys.length; depth > 0; depth--) {
    const path = keys.slice(0, depth).map(key => (/^\d+$/.test(key) ? Number(key) : key));
    const node = document.getIn(path, true) as { range?: [number] } | undefined;
    if (node?.range) {
      return node.range[0];
    }
  }
  return 0;
}
