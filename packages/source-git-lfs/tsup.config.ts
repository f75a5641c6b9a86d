import { library } from '@modelkeep/tsup-config';

export default library();
