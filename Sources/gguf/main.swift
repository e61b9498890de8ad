import GGUFCommands

runProgram()
