/**
 * The distribution of WSL that a folder of Windows is in: `\\wsl.localhost\Ubuntu\home\ada`, or `\\wsl$\Ubuntu\…` where Windows
 * is older. Undefined for every other folder, also for those of Linux.
 */
export function wslDistribution(folder: string): string | undefined {
  return /^[\\/]{2}wsl(?:\.localhost|\$)[\\/]+([^\\/]+)/i.exec(folder)?.[1];
}
