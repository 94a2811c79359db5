import axe from 'axe-core';
import type { FrameLocator } from 'playwright-core';

/** What axe finds on the page in a webview. */
export async function violations(webview: FrameLocator): Promise<string[]> {
  const found = await webview.locator('html').evaluate(async (_, source) => {
    const run = new Function(`${source}; return axe.run(document, { resultTypes: ['violations'] });`);
    return (await run()) as { violations: { id: string; nodes: { html: string }[] }[] };
  }, axe.source);
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(', ')}`);
}
