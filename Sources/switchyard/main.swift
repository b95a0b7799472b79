import SwitchyardCommands

await SwitchyardCommand.runToExit()
