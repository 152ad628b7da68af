// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {IWrappedNative} from "../interfaces/IWrappedNative.sol";

/// @title The native coin as an ERC-20, for a local chain; public ones have their own.
contract TestWrappedNative is ERC20, IWrappedNative {
    error TestWrappedNative_NotTaken(address owner, uint256 amount);

    constructor() ERC20("Wrapped Coin", "WCOIN") {}

    /// @inheritdoc IWrappedNative
    function deposit() external payable {
        _mint(msg.sender, msg.value);
    }

    /// @inheritdoc IWrappedNative
    function withdraw(uint256 amount) external {
        _burn(msg.sender, amount);
        (bool taken,) = msg.sender.call{value: amount}("");
        if (!taken) revert TestWrappedNative_NotTaken(msg.sender, amount);
    }
}
