// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";
import {TestUSDC} from "../../src/testing/TestUSDC.sol";

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

/// @title Moves tokens and says nothing, as USDT does.
contract SilentToken {
    uint8 public constant decimals = 6;
    mapping(address account => uint256) public balanceOf;
    mapping(address owner => mapping(address spender => uint256)) public allowance;

    function mint(address to, uint256 amount) external {
        balanceOf[to] += amount;
    }

    function approve(address spender, uint256 amount) external {
        allowance[msg.sender][spender] = amount;
    }

    function transfer(address to, uint256 amount) external {
        _move(msg.sender, to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) external {
        allowance[from][msg.sender] -= amount;
        _move(from, to, amount);
    }

    function _move(address from, address to, uint256 amount) private {
        balanceOf[from] -= amount;
        balanceOf[to] += amount;
    }
}

/// @title Takes tokens in and, while `stuck`, says no to handing them out.
contract StuckToken is PlainToken(6) {
    bool public stuck;

    function setStuck(bool yes) external {
        stuck = yes;
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        return !stuck && super.transfer(to, amount);
    }
}

/// @title USDC that calls somebody back in the middle of every transfer but minting.
contract CallbackUSDC is TestUSDC {
    address public target;
    bytes public data;
    bytes public failure;

    function callBack(address target_, bytes calldata data_) external {
        target = target_;
        data = data_;
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (target != address(0) && from != address(0)) {
            address once = target;
            target = address(0);
            (bool done, bytes memory result) = once.call(data);
            if (!done) failure = result;
        }
        super._update(from, to, amount);
    }
}
