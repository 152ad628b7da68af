// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Test} from "forge-std/Test.sol";
import {TestWrappedNative} from "../../src/testing/TestWrappedNative.sol";

/// @title The stand-in for a wrapped coin gives back what it got, and nothing to one who cannot take it.
contract TestWrappedNativeTest is Test {
    TestWrappedNative private wrapped = new TestWrappedNative();
    address private owner = makeAddr("owner");

    function test_wrapsAndUnwraps() public {
        vm.deal(owner, 3 ether);
        vm.startPrank(owner);
        wrapped.deposit{value: 3 ether}();
        assertEq(wrapped.balanceOf(owner), 3 ether);
        wrapped.withdraw(1 ether);
        assertEq(owner.balance, 1 ether);
        assertEq(wrapped.balanceOf(owner), 2 ether);
        assertEq(address(wrapped).balance, wrapped.totalSupply());
    }

    function test_revertsWhen_theOwnerTakesNoCoins() public {
        wrapped.deposit{value: 1}();
        vm.expectRevert(abi.encodeWithSelector(TestWrappedNative.TestWrappedNative_NotTaken.selector, address(this), 1));
        wrapped.withdraw(1);
    }
}
