// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title An ERC-20 of any decimals.
contract PlainToken is ERC20 {
    uint8 private immutable _DECIMALS;

    constructor(uint8 decimals_) ERC20("Plain", "PLN") {
        _DECIMALS = decimals_;
    }

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function decimals() public view override returns (uint8) {
        return _DECIMALS;
    }
}

/// @title Keeps one unit of every transfer to others than its owner.
contract FeeOnTransferToken is PlainToken(6) {
    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        _spendAllowance(from, msg.sender, amount);
        _transfer(from, to, amount - 1);
        _burn(from, 1);
        return true;
    }
}

/// @title Says no instead of reverting.
contract FalseToken is PlainToken(6) {
    function transferFrom(address, address, uint256) public pure override returns (bool) {
        return false;
    }
}

/// @title Refuses to move to or from blocked accounts, as USDC does.
contract BlacklistToken is PlainToken(6) {
    mapping(address => bool) public blocked;

    function block_(address account) external {
        blocked[account] = true;
    }

    function _update(address from, address to, uint256 amount) internal override {
        require(!blocked[from] && !blocked[to], "blocked");
        super._update(from, to, amount);
    }
}

/// @title Calls somebody back in the middle of every transfer.
contract CallbackToken is PlainToken(6) {
    address public target;
    bytes public data;
    bytes public failure;

    function callBack(address target_, bytes calldata data_) external {
        target = target_;
        data = data_;
    }

    function _update(address from, address to, uint256 amount) internal override {
        super._update(from, to, amount);
        if (target == address(0)) return;
        address once = target;
        target = address(0);
        (bool done, bytes memory result) = once.call(data);
        if (!done) failure = result;
    }
}
