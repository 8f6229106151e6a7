import { crc32, deflateRawSync, gzipSync } from 'node:zlib';
import { Header } from 'tar';

/** An entry of an archive that a test makes by hand, so that it can be hostile. */
export interface ArchiveEntry {
  path: string;
  content?: string;
  type?: 'File' | 'Directory' | 'SymbolicLink' | 'Link' | 'FIFO' | 'CharacterDevice';
  linkpath?: string;
  /** Instead of the true size. */
  size?: number;
  /** How a zip archive holds it; by default with its sizes in front. */
  form?: 'sizes behind' | 'zip64' | 'encrypted';
}

/** A tar archive, packed with gzip. */
export function tarGz(entries: ArchiveEntry[]): Buffer {
  const blocks = entries.flatMap(({ path, content = '', type = 'File', linkpath, size }) => {
    const header = new Header({
      path,
      type,
      linkpath,
      mode: type === 'Directory' ? 0o755 : 0o644,
      size: size ?? Buffer.byteLength(content),
      mtime: new Date('2026-01-02T03:04:05Z'),
    } as any);
    header.encode();
    const data = Buffer.from(content);
    return [header.block!, data, Buffer.alloc((512 - (data.length % 512)) % 512)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]));
}

/** A zip archive. */
export function zip(entries: ArchiveEntry[]): Buffer {
  const locals: Buffer[] = [];
  const centrals: Buffer[] = [];
  let offset = 0;
  for (const { path, content = '', size, form } of entries) {
    const data = Buffer.from(content);
    const packed = deflateRawSync(data);
    const name = Buffer.from(path);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE({ 'sizes behind': 8, zip64: 0, encrypted: 1 }[form!] ?? 0, 2);
    common.writeUInt16LE(8, 4);
    common.writeUInt16LE(0x6000, 6);
    common.writeUInt16LE(0x5c22, 8);
    common.writeUInt32LE(crc32(data), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(Math.min(size ?? data.length, 0xffffffff), 18);
    common.writeUInt16LE(name.length, 22);
    const front = Buffer.from(common);
    const behind = Buffer.alloc(form === 'sizes behind' ? 16 : 0);
    if (form === 'sizes behind') {
      front.fill(0, 10, 22);
      behind.write('PK\x07\x08', 0, 'latin1');
      common.copy(behind, 4, 10, 22);
    }
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), front, name, packed, behind]);
    const extra = Buffer.alloc(form === 'zip64' ? 20 : 0);
    if (form === 'zip64') {
      extra.writeUInt16LE(1, 0);
      extra.writeUInt16LE(16, 2);
      extra.writeBigUInt64LE(BigInt(size ?? data.length), 4);
      extra.writeBigUInt64LE(BigInt(packed.length), 12);
      common.fill(0xff, 14, 22);
      common.writeUInt16LE(extra.length, 24);
    }
    const place = Buffer.alloc(14);
    place.writeUInt32LE(offset, 10);
    centrals.push(
      Buffer.concat([Buffer.from('PK\x01\x02'), Buffer.from([20, 3]), common, place, name, extra]),
    );
    locals.push(local);
    offset += local.length;
  }
  const central = Buffer.concat(centrals);
  const end = Buffer.alloc(22);
  end.write('PK\x05\x06', 0, 'latin1');
  end.writeUInt16LE(entries.length, 8);
  end.writeUInt16LE(entries.length, 10);
  end.writeUInt32LE(central.length, 12);
  end.writeUInt32LE(offset, 16);
  return Buffer.concat([...locals, central, end]);
}
