/** What is large on a canister's page: replies of a megabyte, and a long log. */

/** Methods of an actor in Motoko. */
export const LARGE_METHODS = `
  public type Item = { product : Text; price : Float; count : Nat8 };
  public query func large() : async Text {
    var text = "0123456789abcde\\n";
    var doublings = 16;
    while (doublings > 0) { text #= text; doublings -= 1 };
    text
  };
  public query func orders() : async [Item] {
    Array.tabulate<Item>(16_000, func(index) = { product = "Tea no. " # Nat.toText(index); price = 3.5; count = 2 })
  };`;

/**
 * To be run in the page: sends what the host would, with the time that it leaves between pieces. The network itself keeps few
 * lines.
 *
 * @param line an expression of `index`
 */
export function sendLines(count: number, line: string): string {
  return `let from = 0;
    const timer = setInterval(() => {
      const lines = Array.from({ length: 500 }, (_, index) => from + index);
      window.postMessage({ type: 'log', anew: from === 0, lines: lines.map((index) => (
        { type: 'record', index: String(index), at: index, level: 'plain', text: ${line} }
      )) }, '*');
      from += 500;
      if (from >= ${count}) clearInterval(timer);
    }, 25);`;
}

/** To be run in the page. */
export const SEARCH_LOG = `const box = document.querySelector('.logs input');
  box.value = box.value === '99' ? '9' : '99';
  box.dispatchEvent(new Event('input'));`;
