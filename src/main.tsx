/** The page: one inspector that fills the window, or, in a frame of another page, one as high as it needs. */
import '@/pagePolicy/narrow';
import '@/element/frame/frame';
import '@/element/embed';
import { startOffline } from '@/offline/page';

startOffline();
