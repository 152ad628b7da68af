// All screenshots on one page, laid out and photographed by the browser that took them.
import { readFile } from 'node:fs/promises'
import type { BrowserContext } from 'playwright-core'

export type Shot = { title: string; scheme: 'light' | 'dark'; width: number; path: string }

/** @returns a JPEG */
export async function contactSheet(browser: BrowserContext, shots: readonly Shot[]): Promise<Buffer> {
  const titles = [...new Set(shots.map(({ title }) => title))]
  const figure = async ({ scheme, width, path }: Shot) => {
    const data = (await readFile(path)).toString('base64')
    return `<figure><img src="data:image/png;base64,${data}" style="width:${width === 360 ? 150 : 460}px"><figcaption>${scheme}, ${width}</figcaption></figure>`
  }
  const rows = await Promise.all(
    titles.map(async (title) => {
      const figures = await Promise.all(shots.filter((shot) => shot.title === title).map(figure))
      return `<section><h2>${title}</h2><div>${figures.join('')}</div></section>`
    }),
  )
  const page = await browser.newPage()
  await page.setViewportSize({ width: 1360, height: 900 })
  await page.setContent(`<style>
    body { margin: 24px; background: #808080; font: 13px sans-serif; color: #fff }
    div { display: flex; gap: 12px; align-items: start }
    figure { margin: 0 } img { display: block } h2 { margin: 20px 0 6px; font-size: 15px }
  </style>${rows.join('')}`)
  return page.screenshot({ fullPage: true, type: 'jpeg', quality: 72 })
}
