import { drain } from './drain.ts';

/**
 * Lets a server that has just begun run its code on another model, as one does that has served for a while: what is
 * measured afterwards is a cold file and not a cold program.
 */
export async function warmUp(curl: string, url: string): Promise<void> {
  const large = `${url}/bench/warm/resolve/main/model.safetensors`;
  const small = `${url}/bench/warm/resolve/main/config.json`;
  for (let time = 0; time < 20; time += 1) {
    await fetch(large, { method: 'HEAD' });
    await drain(curl, small);
    await drain(curl, large, time === 0 ? [] : ['--range', '4000000-5000000']);
  }
}
