import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

export default defineConfig({
  base: './',
  plugins: [react()],
  // The inspector's worker is in several parts, of which it loads those that it needs.
  worker: { format: 'es' },
  // The development server would otherwise move the script away from the files that lie beside it.
  optimizeDeps: { exclude: ['latent-inspector'] },
});
