// What the journal asks of a file system. The disk here; the crash tests put in one that forgets what was not synced.
import { appendFileSync, constants, statSync } from 'node:fs'
import { type FileHandle, open, readFile, rename } from 'node:fs/promises'

export interface JournalFile {
  readonly inode: number
  /** Bytes when it was opened. */
  readonly size: number
  append(text: string): Promise<void>
  /** What was appended survives a power cut. */
  sync(): Promise<void>
  close(): Promise<void>
}

export interface Files {
  /** Undefined when there is none. */
  read(path: string): Promise<string | undefined>
  /** An empty file, in place of any other, that only its owner reads. */
  create(path: string): Promise<JournalFile>
  /** The file that is there, to go on at its end. */
  open(path: string): Promise<JournalFile>
  rename(from: string, to: string): Promise<void>
  /** What was renamed in it survives a power cut. */
  syncFolder(path: string): Promise<void>
  /** Of the file that is there now. */
  inode(path: string): Promise<number>
}

export const disk: Files = {
  read: (path) =>
    readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined
      throw error
    }),
  create: async (path) => opened(await open(path, 'w', 0o600)),
  open: async (path) => opened(await open(path, constants.O_WRONLY | constants.O_APPEND)),
  rename,
  async syncFolder(path) {
    const folder = await open(path, 'r')
    await folder.sync()
    await folder.close()
  },
  inode: async (path) => statSync(path).ino,
}

async function opened(file: FileHandle): Promise<JournalFile> {
  const { ino: inode, size } = await file.stat()
  return {
    inode,
    size,
    // Into the system's memory, which takes microseconds: through the thread pool it would wait for a turn of the event
    // loop, and so would the look at the inode.
    append: async (text) => appendFileSync(file.fd, text),
    // The size of the file is synced too where it matters for reading it.
    sync: () => file.datasync(),
    close: () => file.close(),
  }
}
