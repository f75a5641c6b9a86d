/** Signatures and sizes of a zip's records (PKWARE APPNOTE 6.3.10). */
export const LOCAL = 0x04034b50;
export const CENTRAL = 0x02014b50;
export const DESCRIPTOR = 0x08074b50;
/** In place of the mark of a split archive, when one part was enough. */
export const SINGLE_PART = 0x30304b50;
export const END = 0x06054b50;
export const ZIP64_END = 0x06064b50;
export const ZIP64_LOCATOR = 0x07064b50;

export const LOCAL_BYTES = 30;
export const CENTRAL_BYTES = 46;
export const END_BYTES = 22;
export const ZIP64_END_BYTES = 56;
export const ZIP64_LOCATOR_BYTES = 20;

/** In place of a figure that the zip64 record holds. */
export const MAX16 = 0xffff;
export const MAX32 = 0xffffffff;

export const STORED = 0;
export const DEFLATED = 8;

/** General purpose flags. */
export const FLAG = {
  encrypted: 0x0001,
  /** Checksum and sizes follow the content. */
  descriptor: 0x0008,
  strongEncryption: 0x0040,
  utf8: 0x0800,
  maskedHeader: 0x2000,
} as const;

export const EXTRA = { zip64: 0x0001, unicodePath: 0x7075, aes: 0x9901 } as const;

/** Systems that a zip says it was made on. */
export const HOST = { dos: 0, unix: 3, ntfs: 10, vfat: 14, macos: 19 } as const;
