// A file system that takes every liberty that a disk has at a power cut: what was not synced is in this process's memory
// alone, and a rename is not there before its folder is synced. Killing the process is then as good as cutting the power.
import { dirname } from 'node:path'
import { disk, type Files, type JournalFile } from '../journal/files.ts'

/** @param step Called before each operation, by name; a test that wants the power cut there never lets it return. */
export function forgetfulFiles(step: (operation: string) => Promise<void> | void = () => {}): Files {
  /** New name to old name. */
  const renames = new Map<string, string>()
  const pending = (path: string) => renames.get(path) ?? path
  const forgetful = (file: JournalFile): JournalFile => {
    let unsynced = ''
    return {
      inode: file.inode,
      size: file.size,
      async append(text) {
        await step('append')
        unsynced += text
      },
      async sync() {
        await step('sync')
        const text = unsynced
        unsynced = ''
        await file.append(text)
        await file.sync()
      },
      close: () => file.close(),
    }
  }
  return {
    async read(path) {
      await step('read')
      return disk.read(pending(path))
    },
    async create(path) {
      await step('create')
      return forgetful(await disk.create(path))
    },
    async open(path) {
      await step('open')
      return forgetful(await disk.open(pending(path)))
    },
    async rename(from, to) {
      await step('rename')
      renames.set(to, from)
    },
    async syncFolder(path) {
      await step('syncFolder')
      for (const [to, from] of renames) {
        if (dirname(to) !== path) continue
        await disk.rename(from, to)
        renames.delete(to)
      }
      await disk.syncFolder(path)
    },
    async inode(path) {
      await step('inode')
      return disk.inode(pending(path))
    },
  }
}
